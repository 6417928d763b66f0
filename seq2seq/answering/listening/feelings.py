"""How does someone feel who says this? Told by words of feeling and by what has happened."""

import re
from typing import Literal

from seq2seq.answering.tables import any_of

Feeling = Literal[
    "ill",
    "afraid",
    "angry",
    "lonely",
    "lost",
    "failed",
    "unsure",
    "tired",
    "burdened",
    "moved",
    "sad",
    "celebrating",
    "proud",
    "glad",
]

HAPPY: tuple[Feeling, ...] = ("celebrating", "proud", "glad")
# In this order: what is told first outweighs what is told below.
_SIGNS: dict[Feeling, str] = {
    "ill": """
        아프 아파(?!트) 아팠 앓 통증 쑤시 쑤셔 결리 결려 욱신 쓰라 따끔 뻐근 먹먹 부었 부어 열이_나 기침 콧물 몸살
        감기(?!_?조심|네|는) 체했 체한 토하 토했 다쳤 다쳐 삐었 삐끗 베였 데었 멍들 어지러 저려 가려(?=워|웠|운) 가렵
        두통 치통 멀미 숙취
    """,
    "afraid": "무서(?!운) 무섭 두려 두렵 겁나 겁이 떨려 떨렸 떨리 불안 초조 걱정 긴장 조마조마 소름 악몽 가위눌 큰일",
    "angry": """
        화나 (?<![가-힣])화가 빡치 빡침 빡쳤 열받 열_받 짜증 어이없 억울 괘씸 얄미 열불 분해 분하 꼴보기 킹받 무시당
        무시해 새치기 소리를_지르 뒷담 배신 속았 사기당 사기를_당 뻔뻔
    """,
    "lonely": """
        외로 외롭 쓸쓸 허전 그리워 그립 보고_싶 혼자_남 적막 텅_빈 소외 왕따 멀어졌 이사_갔 전학_갔 전학_가 떠났
        헤어졌 헤어지 이별
    """,
    "lost": """
        잃어버 잊어버 깜빡 놓쳤 놓쳐 두고_왔 두고_내 놔두고 분실 떨어뜨 쏟았 쏟아졌 깨졌
        (?<!잠이_)(?<!잠이_다_)(?<!잠_)깼어 깨뜨 고장 망가 부서[져졌지] 찢어 먹통 꺼졌 안_켜 [이가]_?안_?[돼되] 날렸
        날아갔 날아가 젖었 빠뜨 도망 상했 썩 얼룩 엉망 에러 오류 버그 품절 늦었 지각
    """,
    "failed": """
        떨어졌 떨어짐 탈락 망쳤 망쳐 망했 망함 실패 틀렸 (?<![가-힣])졌(?:어|다|네) 혼났 혼나 잘렸 잘림 거절당 차였
        밀렸 꼴찌 낙제 불합격 미끄러졌 아쉬 아쉽 맛없 맛이_없 트집 오해
    """,
    "unsure": """
        헷갈 어려 어렵 쉽지 모르겠 고민 망설 막막 복잡 애매 답답 난감 곤란 어떡 어떻게_해야 서툴 서투 낯설 어색 당황
        민망 창피 부끄러 쪽팔
    """,
    "tired": """
        힘들 힘드 피곤 지쳐 지쳤 지치 녹초 기진맥진 졸려 졸리 졸음 귀찮 바쁘 바빠 정신없 정신이_(?:하나도_)?없 막혔
        막혀 야근 밤샘 밤새 못_잤 못_자 잠이_안 무거워 버거 벅차 스트레스 번아웃 방전 한숨 지겨 지루(?!할) 생리통 층간
    """,
    "burdened": "(?<!가)물가(?!물) 비싸 비쌌 월세 대출 연체 벌금 과태료 카드값 빚(?=[이을만도더은]|_|$)",
    "moved": "눈물(?!_날_뻔) 울컥 뭉클 찡",
    "sad": """
        슬프 슬퍼 슬펐 울었 울어 울고 속상 (?<!무)서운 섭섭 우울 괴로 비참 허무 안타까 안_좋 마음이_가라앉 상처 돌아가셨
        무지개다리 실망 서러 서럽 미워 후회 내_탓 제_탓 못난 자존감 쓸모없
    """,
    "celebrating": "생일 기념일 개업 졸업했 졸업식 졸업해 입학 결혼해 결혼했 결혼식 임신 태어났",
    "proud": """
        장학금 만기 합격 (?:시험|대학|대학원|서류|면접|최종|오디션)[가-힣]*_?붙었 한_?번에_붙 이겼 이김 우승 일등 1등
        성공 승진 취업(?:했|됐|_성공|_확정) 취직(?:했|됐|_성공|_확정) 입선 수상(?!하다|해|한|하네|쩍) 상을_받 상_받
        따냈 땄 해냈 완주 달성 최고_기록 신기록 골을_넣 만점 백_점 뽑혔 당첨 완성 끝냈 칭찬
    """,
    "glad": """
        좋아(?!하) 좋았 좋다 좋네 좋더 기뻐 기쁘 기뻤 행복 신나(?!는) 신났 설레 설렜 설렌 재미있(?!는) 재밌(?!는) 재미났
        즐거 즐겁 뿌듯 감동 반가 반갑 맛있(?!는) 귀여 귀엽 예쁘 예뻐 예뻤 멋지 멋있 신기 대박 최고 후련 시원(?!찮) 개운
        편해 상쾌 사랑스 다행 고마웠 웃겼 웃었 선물
    """,
}
_signs = {feeling: re.compile(any_of(signs)) for feeling, signs in _SIGNS.items()}
_syllable = re.compile("[가-힣]")
# What others say, what was thought wrongly, what would be: 아프다는데, 재밌을 줄 알았는데, 먹으면 배 아파.
_not_felt = re.compile(
    r"\S+[다라]는데|\S*(?:좋|재밌|맛있|행복|편|즐거)\S*는데"
    r"|(?:동생|형|언니|누나|오빠|친구|동기|다들|남들)\S* (?:\S+ )?\S+[했됐었았]는데"
    r"|\S+ 줄 알(?:았|고)\S*|\S+으?면 배 아[파프]\S*"
)
# What is asked for, and the luck of others: 뭐가 좋아요, 후배가 먼저 승진했어.
_not_glad = re.compile(
    "(?:뭐|뭘|뭔|무슨|어떤|어디|어느|누가)[가-힣]* (?:\\S+ )*(?:좋|재밌|재미있|맛있|예쁘)"
    "|(?:후배|동기|동료|경쟁자|남들|걔|쟤)[가-힣]* (?:\\S+ )*(?:먼저|승진|합격|붙었)|축하한다는"
)
# Who is ill is someone else: one feels for whoever worries about them.
_of_others = re.compile(
    "(?:^| )(?:아이|애|애들|애기|아기|아들|딸|엄마|어머니|아빠|아버지|남편|아내|와이프|할머니|할아버지|동생|손주|손녀"
    "|손자|둘째|첫째|강아지|고양이)(?:가|이|는|도|께서)? "
)
_tears = re.compile("ㅠ|ㅜ|ㅡㅡ")
_tears_of_joy = re.compile("감[동덩]|고마|고맙|주셨|주셔|줬|최고|귀여|드디어|살았")
_negated = re.compile(
    any_of(r"""
        (?:안|못|하나도|전혀|별로)\s?(?:좋|맛있|재미|재밌|행복|기쁘|웃|늘었|붙었|받았) (?:맛|재미)도?_?없
        (?:좋|예쁘|편하|행복하|기쁘)지_?(?:않|가_않|도_않)
    """)
)


def feeling_of(text: str) -> Feeling | None:
    """None where nothing tells it, and where joy and trouble stand side by side."""
    text = _not_felt.sub("", text)
    if not _syllable.search(text):
        return None
    if _negated.search(text):
        return "failed"
    found = [feeling for feeling, signs in _signs.items() if signs.search(text)]
    if _not_glad.search(text):
        found = [feeling for feeling in found if feeling not in HAPPY]
    is_happy = [feeling in HAPPY for feeling in found]
    if any(is_happy) and (_tears.search(text) or not all(is_happy)):
        return None
    if found:
        return "afraid" if found[0] == "ill" and _of_others.search(text) else found[0]
    return "sad" if _tears.search(text) and not _tears_of_joy.search(text) else None
