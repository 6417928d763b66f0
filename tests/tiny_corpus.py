"""A few things that people say in several ways, each with its answer: what a tiny model learns by heart in seconds."""

from dialogue_data.exchange import Exchange

TALK = {
    "안녕하세요, 반가워요.": ("안녕", "안녕하세요", "안녕 반가워", "안녕 말동무", "하이 안녕"),
    "오늘도 고생 많았어요.": (
        "오늘 너무 힘들었어",
        "오늘 힘들었어",
        "너무 힘들어",
        "오늘 진짜 힘들다",
        "힘든 하루였어",
    ),
    "맛있는 거 먹으러 가요.": ("배고파", "나 배고파", "배고프다", "너무 배고파", "아 배고파 죽겠다"),
    "푹 자고 나면 나아질 거예요.": ("졸려", "너무 졸려", "나 졸려", "졸려 죽겠다", "오늘 왜 이렇게 졸려"),
    "비 오는 날은 따뜻한 차가 좋아요.": ("비 와", "오늘 비 온다", "밖에 비 와", "비 오네", "지금 비가 와"),
    "같이 산책하러 갈까요?": ("심심해", "나 심심해", "너무 심심해", "심심하다", "아 심심해"),
    "축하해요, 정말 잘됐어요!": ("나 합격했어", "시험 합격했어", "드디어 합격했어", "합격했어", "나 시험에 합격했어"),
    "저는 말동무예요.": ("이름이 뭐야", "너 이름이 뭐야", "네 이름은 뭐야", "이름 뭐야?", "너는 이름이 뭐야?"),
}

EXCHANGES = [
    Exchange(
        id=f"tiny:{number}:{way}", question=saying, answer=answer, speech_level="polite", source="tiny", context=()
    )
    for number, (answer, sayings) in enumerate(TALK.items())
    for way, saying in enumerate(sayings)
]
