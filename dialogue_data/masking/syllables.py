"""Which two syllables could be a first name that is on no list?

A first name is made of syllables that first names like, each in its place: 도 and 현 stand in many, 주 and 의 seldom.
The weights are those of a logistic regression, in half units of log-odds, that tells 2,700 first names from 42,000
beginnings of other nouns, both out of the dictionary of kiwipiepy 0.24.
"""

_FIRST = {
    11: "영혜",
    10: "윤",
    9: "병성승은종준태희",
    8: "경광규덕민상석용인재정창춘현형효",
    7: "동림명세원진홍",
    6: "갑기길룡리봉선수순옥익지한해흥",
    5: "남대랴문미범스연예우유의주찬채철충택하호",
    4: "근금나다도두라로만보빛샛서슬시운일치필학헌혁화",
    3: "가건계관득산소숙신아양웅을이장중",
    2: "각강국달레말무바백복새여완응자천칠판페향황",
    1: "곡누베삼설송숭안애에요제초훈",
}
_SECOND = {
    12: "현희",
    11: "윤",
    10: "규영준",
    9: "룡빈섭진철혁호환훈",
    8: "균석선순욱웅원춘혜홍",
    7: "경근렬린민성수숙식연옥용우",
    6: "기길남람림봉아엽완운재정주찬태헌형",
    5: "곤국권덕든미범봄솜애열익택화후",
    4: "록롬르름묵문복서솔스슬승온율종표필휘",
    3: "걸겸관늘란래명모배백별삼상샘신오울자조중창학협효흠",
    2: "갑건교니다대돈련류리사송안탁해회",
    1: "검결노담돌두랑량령론롱률무비실암언유임채향흥",
}
_ENOUGH = 12  # even odds: two of three first names of that dictionary, and 9 of 1,000 other words


def name_like_pairs() -> set[str]:
    """Every pair of syllables that is sooner a first name than a word."""
    return {
        first + second
        for first_weight, firsts in _FIRST.items()
        for second_weight, seconds in _SECOND.items()
        if first_weight + second_weight >= _ENOUGH
        for first in firsts
        for second in seconds
    }
