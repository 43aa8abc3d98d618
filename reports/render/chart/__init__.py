"""Charts: a result and its chart's declaration in, SVG or PNG out."""

from reports.render.chart.png import png
from reports.render.chart.svg import chart_sentence, chart_svg, has_something_to_show

__all__ = ["chart_sentence", "chart_svg", "has_something_to_show", "png"]
