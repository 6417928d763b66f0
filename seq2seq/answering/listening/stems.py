"""Which stem does a word in the present have, and is it an adjective's? 추워요 → 춥, 싸워 → 싸우, 힘드네 → 힘들."""

import re

from seq2seq.answering.tables import any_of, twins
from seq2seq.hangul import join, split

# The adjectives of everyday talk: a listener says 춥구나, and of verbs 자는구나.
_adjective = re.compile(
    ".*(?:"
    + any_of("""
        있 좋 싫 낯설 많 적 작 길 짧 높 낮 멀 싶 없 같 늦 젊 얇 넓 좁 밝 맑 깊 짙 굵 가늘 드물 달 괜찮 귀찮 점잖 편찮
        힘들
        붉 검 낡 얕 둥글 거칠 옳 굳 크 바쁘 나쁘 기쁘 예쁘 이쁘 슬프 웃프 아프 고프 어설프 서글프 느리 어리 흐리 시리
        저리 그대로
        세 비싸 싸 짜 차 찮 희 빠르 다르 배부르 게으르 서투르 서툴 쓰리 아니 멋지 어떻 낫 별로 고되 이렇 그렇 저렇 질기
    """)
    + ")"
)
_adjective_in_ha = re.compile(
    ".*(?:"
    + any_of("""
        행복 피곤 심심 답답 속상 서운 섭섭 불안 우울 이상 신기 대단 편 불편 중요 필요 조용 한가 따뜻 시원 깨끗 심 궁금
        미안 억울 막막 먹먹 허전 쓸쓸 찝찝 개운 뿌듯 든든 민망 창피 초조 복잡 간단 진지 솔직 친절 완벽 훌륭 유명 급
        비슷 똑같 익숙 어색 허무 공허 착잡 황당 갑갑 촉촉 건조 위험 안전 특별 평범 가능 충분 부족 철저 다양 적당 죄송
        간절 쌀쌀 선선 뻐근 멍 찜찜 애매 못마땅 괘씸 통쾌 유쾌 불쾌 상쾌 나른 노곤 출출 비릿 달콤 매콤 느끼 고소 담백
        싱싱 깜깜 캄캄 환 휑 썰렁 뭉클 찡 아찔 아득 서먹 뻘쭘 머쓱 얼얼 따끔 울적 착 순 약 독 흔 귀 험 선명 뚜렷 희미
        또렷 소심 예민 무심 다정 까칠 꼼꼼 성실 뻔 꿉꿉 눅눅 축축 뻔뻔 묘 곤란 겸손 무난 한심 얌전 느긋 넉넉 초라 처참
        신선
        고요 잔잔 화려 소박 단순 확실 분명 당연 난감 난처 심각 ([가-힣]{1,2})\\1
        수상 한산 더부룩 뒤숭숭 무뚝뚝 찌뿌둥 산만 흐릿 싸늘 서늘 포근 아담 엉성 허술 깔끔 말끔 멀쩡 뾰족 유난 요란
        소란 혼잡 어수선 산뜻 화창 흐뭇 아늑 쾌적 짭짤 얼큰 걸쭉 부실 건강 허약 연약 원만 심란 시큰둥 태연 침착 차분
        영리 멍청 순진 순수 투박 알뜰 공손 무례 거만 소중 막연 아련 애틋 비참 고단 지루 따분 엉뚱 기발 참신 식상 몽롱
        아리송 저릿 시큰 홀가분 후련 침울 암울 삭막 울창 오붓 단란 화목 친밀 비겁 치사 신중 과감 용감 귀찮
    """)
    + ")하"
)
_verb_in_ha = re.compile(
    ".*(?:"
    + any_of("""
        일 공부 운동 말 척 생각 걱정 고민 연습 준비 요리 청소 빨래 게임 산책 출근 퇴근 야근 등교 하교 결혼 이사 여행
        연애
        전화 연락 사랑 이해 후회 자랑 반대 무시 칭찬 잔소리 질문 부탁 응원 약속 얘기 이야기 시작 못 안 잘 알바
        다이어트 투자 저축 구경 노래 수영 낚시 등산 캠핑 농사 수리 고생 긴장 짜증 재촉 간섭 참견 방해 기대 포기 도전
        성장 방황 낭비 절약 충전 설거지 세수 샤워 양치 화장 면도 복습 예습 입학 졸업 대답 거절 피 인사 합격 퇴원 입원
        수술
        [가-힣][어아워와해려기쁘]
    """)
    + ")하"
)
_verb_in_u = re.compile(
    ".*(?:"
    + any_of("""
        배우 때우 싸우 키우 세우 태우 피우 치우 채우 깨우 지우 비우 외우 메우 데우 재우 새우 다투 가꾸 바꾸 나누 주 두
        꾸 추 부수 미루 이루 다루 거두 감추 낮추 늦추 맞추 멈추 갖추
    """)
    + ")"
)
_verb_in_i = re.compile(
    ".*(?:"
    + any_of("""
        보이 모이 쓰이 놓이 먹이 줄이 높이 붙이 들이 속이 기울이 움직이 끓이 꼬이 쌓이 섞이 죽이 망설이 반짝이 숙이
        조이 끄덕이 뒤척이 벌이
    """)
    + ")"
)
_verb_in_b = re.compile(".*[입잡뽑씹집접꼽업굽줍돕눕]")
_verb_in_a = re.compile(
    ".*(?:"
    + any_of("""
        들어가 돌아가 나가 올라가 내려가 도망가 다가가 지나가 놀러가 찾아가 [못안]가 나타나 혼나 화나 생각나 기억나
        일어나 떠나 만나 끝나 태어나 깨어나 지나 짜증나 신나 눈물나 냄새나 놀라 모자라 자라 바라
    """)
    + ")"
)
# So short an infinitive is one for sure only where the word before it tells: 안 와, 물이 새, 화를 내.
_SHORT = twins("""
    가:가 와:오 해:하 타:타 떠:뜨 자:자 봐:보 사:사 내:내 나:나 새:새 써:쓰 꺼:끄 켜:켜 서:서 차:차 파:파 빼:빼 깨:깨
    쳐:치 매:매 커:크 대:대 놔:놓 둬:두 재:재 떼:떼 베:베
""")
_of_predicate = re.compile("안|못|잘|다|.*[가-힣](?:을|를|이|가|에서만|으로만)")
_verb_in_ae = re.compile(".*(?:보내|끝내|꺼내|지내|[해이]내|[가-힣][어아]내|달래|삐걱대|투덜대|울어대)")
_COMES = ("나와", "들어와", "올라와", "내려와", "돌아와", "다녀와", "몰려와", "안와", "찾아와", "따라와", "가져와")
_IN_EU = {"아파": "아프", "바빠": "바쁘", "나빠": "나쁘", "고파": "고프", "기뻐": "기쁘", "뻐": "쁘", "슬퍼": "슬프"}
_so = re.compile("그저|좀|조금|참|다|늘|원래|보니|기분이|마음이")  # 좀 그래 is of 그렇다, 자꾸 그래 of 그러다
_SHORTENED = {"그래": "그러", "이래": "이러", "저래": "저러", "나아": "낫"}
# Stems in ㄷ look like those in ㄹ before a vowel: 들어 is of 듣다 and of 들다.
_two_ways = re.compile(".*(?<!힘)[들걸물실불일달깨긷]|.*놈")
_stem_in_reu = re.compile(".*[몰불골달눌흘올빨굴갈잘발말졸걸들찔질둘물널벌][라러]")  # not 스릴러
_shown = re.compile(
    "(.+?)(?:네요?|[는은]데요?|더라|더라[고구]요?|더군요?|던데요?|습니다|는다|거든요?)"
    "|(.*[싶없있같많좋싫])(?:다|지|지요|죠|음|잖아요?)"
)
_plain = re.compile("(.+)다")
_DROPPED_L = {"기": "길", "머": "멀", "다": "달", "가느": "가늘", "드무": "드물", "둥그": "둥글", "서투": "서툴"}
# Requests, what is wondered, and what is told as known to both: nobody says them of himself.
_no_statement = re.compile(
    any_of("""
        (?:.*[어아해려켜겨])?(?:줘|봐|둬)요? .*줘 부탁.+ .*(?:세요|(?<![그이저])래요|까요|(?<!없)잖아요?)
        .*(?:[줄할갈볼]래|뭐더라)
    """)
)
_negated = re.compile("(.+)(?:지[는도가]?|[진질])")
# With -시-, where whoever speaks is sure to have done it.
_HONOURED = twins("""
    먹었:드셨 잤:주무셨 했:하셨 왔:오셨 갔:가셨 봤:보셨 샀:사셨 받았:받으셨 배웠:배우셨 만났:만나셨 만들었:만드셨
    이겼:이기셨 끝냈:끝내셨 잃어버렸:잃어버리셨 놓쳤:놓치셨 썼:쓰셨 읽었:읽으셨 맡았:맡으셨 찾았:찾으셨 심었:심으셨
    싸웠:싸우셨 골랐:고르셨 외웠:외우셨 냈:내셨 땄:따셨 넘겼:넘기셨 옮겼:옮기셨 고쳤:고치셨 치웠:치우셨 시켰:시키셨
    먹였:먹이셨 챙겼:챙기셨 나눴:나누셨 빌렸:빌리셨 담갔:담그셨 다녔:다니셨
""")
_not_honoured = re.compile(
    ".+(?:먹었|잤)|.*(?:나왔|올라왔|들어왔|돌아왔|내려왔|떠났|지나갔|날아갔|굴러갔|나갔|올라갔|내려갔|(?:뻔|못|망|당|변|심|통|급|먹)했)"
)
_PAST = {"ㅗ": "ㅘ", "ㅜ": "ㅝ", "ㅣ": "ㅕ", "ㅚ": "ㅙ", "ㅡ": "ㅓ"}


def present_stem(word: str, before: str) -> str | None:
    """None for words whose stem does not show. `before` is the word before."""
    if _no_statement.fullmatch(word) and before not in ("안", "못"):
        return None
    if _of_predicate.fullmatch(before) and (short := _SHORT.get(word.removesuffix("요"))):
        return short
    if word in ("하지", "하죠", "하지요") and before.endswith(("긴", "기는")):  # 편하긴 하죠
        return "하"
    if before == "못" and word in ("들어", "들어요"):
        return "듣"
    if word.removesuffix("요") in ("그래", "그러네") and _so.fullmatch(before):
        return "그렇"
    if found := _shown.fullmatch(word):
        return _restored(found[1] or found[2])
    if word.endswith("니다") and final_of(word[:-2]) == "ㅂ":
        return _restored(with_final(word[:-2], " ") or "")
    if found := _plain.fullmatch(word):
        return _of_plain(found[1])
    return _of_infinitive(word.removesuffix("요"))


def is_adjective(stem: str, before: str) -> bool | None:
    """None where that is not known. `before` is the word before, which tells what kind of 않다 or 하다 it is."""
    if stem == "시":  # of what tastes sour; elsewhere it honours
        return True
    if stem == "않":
        negated = _negated.fullmatch(before)
        return is_adjective(negated[1], "") if negated else None
    if stem.endswith("시") and _adjective.fullmatch(stem[:-1].removesuffix("으") or "-"):  # 좋으시네요
        return True
    is_done = before == "못" or before.endswith(("을", "를"))
    if stem == "하" and before.endswith(("긴", "기는")):  # 맛있긴 해
        described = before.removesuffix("긴").removesuffix("기는")
        return described.endswith("밌") or is_adjective(described, "")
    if stem == "하":
        if before == "만" or (before.endswith("만") and final_of(before[:-1]) == "ㄹ"):  # 할 만 해
            return True
        is_verb = is_done or before == "안" or before.endswith(("고", "게", "려", "야", "로", "에", "만", "다가", "까"))
        return False if is_verb else None
    if stem.endswith("하"):
        if _adjective_in_ha.fullmatch(stem):
            return True
        return False if is_done or _verb_in_ha.fullmatch(stem) else None
    is_in_b = final_of(stem) == "ㅂ" and not _verb_in_b.fullmatch(stem)
    return is_in_b or _adjective.fullmatch(stem) is not None


def is_verb_in_i(stem: str) -> bool:
    """Told from a noun with the copula 이다: 보이네 and 학생이네."""
    return _verb_in_i.fullmatch(stem) is not None


def _restored(stem: str) -> str | None:
    """With the ㄹ that drops before ㄴ and ㅂ: 힘드 → 힘들; adjectives only, as verbs drop it before 는 again."""
    if stem.endswith("힘드"):
        return f"{stem[:-1]}들"
    if final_of(stem) in ("ㅆ", None) and not stem.endswith("있"):
        return None
    return _DROPPED_L.get(stem, stem)


def _of_plain(rest: str) -> str | None:
    """떨어지 of 떨어진다, 외롭 of 외롭다."""
    if final_of(rest) == "ㄴ":
        return with_final(rest, " ")
    is_known = _adjective.fullmatch(rest) or _adjective_in_ha.fullmatch(rest)
    return rest if is_known or (len(rest) > 1 and final_of(rest) == "ㅂ") else None


def _of_infinitive(word: str) -> str | None:
    """싸우 of 싸워, 춥 of 추워, 먹 of 먹어."""
    initial, vowel, final = split(word[-1:] or "-") or ("", "", "")
    rest = word[:-1]
    if final != " ":
        return None
    if word in _SHORTENED:
        return _SHORTENED[word]
    for ending, stem in (("해", "하"), ("돼", "되"), *_IN_EU.items()):
        if word.endswith(ending):
            return word.removesuffix(ending) + stem
    if _verb_in_a.fullmatch(word) or _verb_in_ae.fullmatch(word):
        return word
    if word.endswith("있어"):
        return rest
    if word.endswith("여") and is_verb_in_i(f"{rest}이"):
        return f"{rest}이"
    if _stem_in_reu.fullmatch(word):
        return f"{with_final(rest, ' ')}르"
    if word.endswith("워"):
        return f"{rest}우" if _verb_in_u.fullmatch(f"{rest}우") else with_final(rest, "ㅂ")
    if vowel == "ㅝ":
        return rest + join(initial, "ㅜ")
    if word.endswith("놔"):
        return f"{rest}놓"
    if word.endswith(("봐", *_COMES)):
        return rest + join(initial, "ㅗ")
    if vowel == "ㅕ" and initial != "ㅇ":
        return rest + join(initial, "ㅣ")
    if word.endswith(("아", "어")) and final_of(rest) not in (" ", "ㄴ", "ㅆ", "ㅇ", None):
        return None if _two_ways.fullmatch(rest) else rest
    return None


def honoured(past: str) -> str:
    """With -시-, where whoever speaks is sure to have done it: 봤 → 보셨; unchanged otherwise."""
    ending = next((one for one in _HONOURED if past.endswith(one)), "")
    return past if not ending or _not_honoured.fullmatch(past) else past.removesuffix(ending) + _HONOURED[ending]


def with_past(stem: str) -> str:
    """남 → 남았, 나가 → 나갔, 떨어지 → 떨어졌."""
    initial, vowel, final = split(stem[-1]) or ("", "", "")
    if final == "ㅂ" and is_adjective(stem, "") and not stem.endswith("좁"):
        return f"{with_final(stem, ' ')}웠"
    vowel_before = (split(stem[-2:-1] or "-") or ("", "", ""))[1]
    if vowel == "ㅡ" and final == " " and vowel_before in ("ㅏ", "ㅗ") and not stem.endswith("르"):
        return stem[:-1] + join(initial, "ㅏ", "ㅆ")
    if final != " ":
        return stem + ("았" if vowel in "ㅏㅗ" else "었")
    if stem.endswith("하"):
        return f"{stem[:-1]}했"
    if stem.endswith("르") and final_of(stem[:-1]) == " ":
        bright = (split(stem[-2]) or ("", "", ""))[1] in "ㅏㅗ"
        return f"{with_final(stem[:-1], 'ㄹ')}{'랐' if bright else '렀'}"
    return f"{stem}었" if vowel in "ㅟㅢ" else stem[:-1] + join(initial, _PAST.get(vowel, vowel), "ㅆ")


def final_of(text: str) -> str | None:
    """Of its last syllable, a space where there is none; None where the last sign is no syllable."""
    parts = split(text[-1]) if text else None
    return parts and parts[2]


def with_final(text: str, final: str) -> str | None:
    """None where the last sign is no syllable."""
    parts = split(text[-1:] or "-")
    return None if parts is None else text[:-1] + join(parts[0], parts[1], final)
