"""Write the generated pages: ``python -m docs``."""

from __future__ import annotations

from docs import commands_page, recipes_page

for generated in (recipes_page, commands_page):
    generated.PAGE.write_text(generated.page(), encoding="utf-8")
