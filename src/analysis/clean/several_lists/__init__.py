"""The same record in several lists: equal rows, versions, numbers that begin anew, one key twice."""
