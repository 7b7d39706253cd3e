"""Sums up the results that the test runners left: `python totals.py FOLDER_OF_JUNIT_FILES`.

It closes with `N passed, N failed` and fails if a test failed or no test ran.
"""

import sys
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree as ET


def outcome(case: ET.Element) -> str:
    """Tell how one test ended."""
    kinds = {child.tag for child in case}
    if kinds & {"failure", "error"}:
        return "failed"
    return "skipped" if "skipped" in kinds else "passed"


def main(folder: Path) -> int:
    """Print a line for each runner, then the sum."""
    total: Counter[str] = Counter()
    for path in sorted(folder.glob("*.xml")):
        counts = Counter(outcome(case) for case in ET.parse(path).iter("testcase"))
        print(f"{path.stem}: {counts['passed']} of {counts.total() - counts['skipped']} tests")
        total += counts
    skipped = f", {total['skipped']} skipped" if total["skipped"] else ""
    print(f"{total['passed']} passed, {total['failed']} failed{skipped}")
    return 1 if total["failed"] or not total["passed"] else 0


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
