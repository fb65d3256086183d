"""The decimal sign of an axis in French."""

from matplotlib.ticker import Formatter


class WithDecimalComma(Formatter):
    """The labels of an axis as its own formatter gives them, with the French decimal sign."""

    def __init__(self, plain: Formatter):
        self.plain = plain

    def __call__(self, x, pos=None):
        return self.plain(x, pos).replace(".", ",")

    def set_axis(self, axis):
        """The axis whose ticks are labelled."""
        super().set_axis(axis)
        self.plain.set_axis(axis)

    def set_locs(self, locs):
        """Where all ticks stand."""
        self.plain.set_locs(locs)

    def get_offset(self):
        """What is said once at the end of the axis."""
        return self.plain.get_offset().replace(".", ",")
