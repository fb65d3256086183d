"""Of how many of the rows, cells or names that a rule of reading looks at something must hold before
it is taken for what they say. Each rule compares with the share that its question asks for; how many
rows it needs at least stands with the rule.
"""

NEARLY_ALL = 0.9  # what is always so but for slips: a total is the sum of its parts
MOST = 0.8  # what is so but for some of another kind: codes of a table that a list bears
HALF = 0.5  # what is so more often than not: cells of a column that are numbers
FEW = 0.05  # up to which exceptions are slips, and from which they would make a number false
