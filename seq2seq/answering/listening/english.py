"""What is an English message about? Everyday words, in Korean; the companion speaks no English, and says so."""

import re

from seq2seq.answering.tables import twins

_latin_word = re.compile("[a-z]+")
_hangul = re.compile("[ㄱ-ㅎㅏ-ㅣ가-힣]")
_LEAST_WORDS = 2  # one alone may be a name or a slip of the keyboard
_MOST_NAMED = 2
_WORDS = twins("""
    mom:엄마 mother:엄마 dad:아빠 father:아빠 parents:부모님 brother:형제 sister:자매 son:아들 daughter:딸 baby:아기
    kid:아이 kids:아이들 wife:아내 husband:남편 grandma:할머니 grandmother:할머니 grandpa:할아버지 family:가족
    friend:친구 friends:친구 boyfriend:남자_친구 girlfriend:여자_친구 boss:상사 teacher:선생님 neighbor:이웃
    roommate:룸메이트 coworker:동료 cat:고양이 cats:고양이 dog:강아지 dogs:강아지 puppy:강아지 pet:반려동물
    bird:새 fish:물고기 food:음식 dinner:저녁 lunch:점심 breakfast:아침밥 coffee:커피 tea:차 pizza:피자 bread:빵
    cake:케이크 chicken:치킨 kimchi:김치 ramen:라면 rice:밥 beer:맥주 soju:소주 cook:요리 cooking:요리
    recipe:요리법 restaurant:식당 work:일 job:일 office:회사 meeting:회의 interview:면접 salary:월급 money:돈
    school:학교 class:수업 homework:숙제 exam:시험 test:시험 study:공부 studying:공부 university:대학교 college:대학교
    korean:한국어 korea:한국 seoul:서울 weather:날씨 rain:비 raining:비 rainy:비 snow:눈
    summer:여름 winter:겨울 spring:봄 autumn:가을 weekend:주말 morning:아침
    tonight:오늘_밤 birthday:생일 christmas:크리스마스 holiday:휴일 vacation:휴가 party:파티 gift:선물 present:선물
    wedding:결혼식 movie:영화 movies:영화 drama:드라마 music:음악 song:노래 songs:노래 book:책 books:책 game:게임
    games:게임 soccer:축구 football:축구 baseball:야구 hobby:취미 exercise:운동 gym:헬스장 running:달리기 travel:여행
    trip:여행 flight:비행기 airport:공항 train:기차 bus:버스 subway:지하철 car:자동차 bike:자전거 home:집 house:집
    room:방 garden:정원 park:공원 beach:바다 sea:바다 mountain:산 hospital:병원 doctor:의사_선생님
    headache:두통 sleep:잠 dream:꿈 phone:휴대폰 computer:컴퓨터 laptop:노트북 internet:인터넷 shopping:쇼핑 clothes:옷
    shoes:신발 hair:머리 lonely:외로움 tired:피로 nervous:긴장 stress:스트레스 stressed:스트레스
""")


def is_english(text: str) -> bool:
    return not _hangul.search(text) and len(_latin_word.findall(text.lower())) >= _LEAST_WORDS


def named_in(text: str) -> str:
    """What is named there, in Korean: 고양이, 커피; nothing where no word is known."""
    found = (_WORDS[word].replace("_", " ") for word in _latin_word.findall(text.lower()) if word in _WORDS)
    return ", ".join(list(dict.fromkeys(found))[:_MOST_NAMED])
