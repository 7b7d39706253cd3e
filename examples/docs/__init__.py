"""The documentation: pages from Markdown with demos that run, and a reference from docstrings.

contents     which pages there are, in which order
search       finding a page by its words
site         how a page looks: navigation, contents, next and previous
reference    what docstrings say
pages/       the Markdown
"""

from examples.docs.contents import ROOT
from examples.docs.site import DOCUMENTS

__all__ = ["DOCUMENTS", "ROOT"]
