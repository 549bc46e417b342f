"""Do the raters agree? Coefficients of agreement, their intervals, and what single raters and items contribute.

Pure functions on arrays. Only what computes imports these modules: they need numpy, which no request does.
"""
