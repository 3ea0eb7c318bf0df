"""Medians, ratios and whether the goals were reached, as text for a terminal or as Markdown."""

import statistics

from .rows import FIGURES


def number(value, decimals):
    return "–" if value is None else f"{value:,.{decimals}f}"


def ratio(ours, theirs):
    if ours is None or not theirs:
        return "–"
    value = ours / theirs
    if value == 0:
        return "0"
    if value >= 1:
        return f"{value:.1f} ×"
    return f"{value:.0%}" if value >= 0.4 else f"1/{1 / value:.1f}"


def reached(figure, ours, theirs):
    """True, False, or None where it can't be said."""
    if ours is None or not figure.goal:
        return None
    if figure.most:
        return ours <= figure.most
    if not theirs:
        return None
    if figure.better == "more":
        return ours >= figure.factor * theirs
    return ours <= figure.factor * theirs


class Report:
    def __init__(self, servers, sizes):
        self.servers = servers  # name -> title, in the order of the columns
        self.sizes = sizes
        self.samples = {}       # figure -> server -> values
        self.notes = []

    def add(self, server, figures):
        for figure, value in figures.items():
            self.samples.setdefault(figure, {}).setdefault(server, []).append(value)

    def median(self, figure, server):
        values = self.samples.get(figure, {}).get(server)
        return statistics.median(values) if values else None

    def lines(self):
        """One list of cells for each figure that was measured."""
        for name, figure in FIGURES.items():
            if name not in self.samples:
                continue
            ours = self.median(name, "pillarbox")
            theirs = self.median(name, figure.against)
            judgement = reached(figure, ours, theirs)
            yield [
                figure.title.format(big=f"{self.sizes.big:,}"),
                figure.unit,
                *[number(self.median(name, server), figure.decimals) for server in self.servers],
                ratio(ours, theirs) if figure.against else "",
                figure.goal,
                "" if judgement is None else "yes" if judgement else "**no**",
            ]

    def header(self):
        return ["what", "unit", *self.servers.values(), "ratio", "goal", "reached"]

    def markdown(self):
        table = [self.header(), ["---"] * 2 + ["---:"] * len(self.servers) + ["---:", "---", "---"], *self.lines()]
        text = "\n".join("| " + " | ".join(row) + " |" for row in table)
        return text + "\n" + "".join(f"\n{note}\n" for note in self.notes)

    def text(self):
        table = [self.header(), *[[cell.replace("**", "") for cell in line] for line in self.lines()]]
        widths = [max(len(row[column]) for row in table) for column in range(len(table[0]))]
        numeric = range(2, 3 + len(self.servers))
        out = []
        for row in table:
            cells = [cell.rjust(widths[i]) if i in numeric else cell.ljust(widths[i]) for i, cell in enumerate(row)]
            out.append("  ".join(cells).rstrip())
        return "\n".join(out) + "\n" + "".join(f"\n{note}" for note in self.notes)
