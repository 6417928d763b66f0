"""How fast and how good are we beside others, on the same data, sizes and machine?"""
