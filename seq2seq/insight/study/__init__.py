"""Small models, trained then and there: do they show what the texts on seq2seq claim?"""
