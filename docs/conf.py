"""Sphinx configuration. Built by ``./dev docs``: every warning is an error and nothing is fetched."""

from __future__ import annotations

from smartcity_share import __version__

project = "smartcity-share"
author = "The smartcity-share founders"
copyright = "2026, the smartcity-share founders"  # noqa: A001 - Sphinx's name
release = __version__
version = ".".join(release.split(".")[:2])

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build", "**/README.md"]
nitpicky = True
# Names behind the two doors must resolve. Inner modules have no pages; types of other packages are named, not linked, because
# an inventory fetched at build time would make the build depend on the network.
nitpick_ignore_regex = [("py:.*", r"(?!smartcity_share\.(toolkit\.)?\w+$).*")]

myst_enable_extensions = ["attrs_inline", "colon_fence", "deflist", "fieldlist"]
myst_heading_anchors = 4

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
napoleon_google_docstring = True
napoleon_numpy_docstring = False

html_theme = "furo"
html_title = f"smartcity-share {release}"
html_copy_source = False
html_show_sphinx = False
html_theme_options = {"navigation_with_keys": True}
