"""Reads a file with Python's own modules and prints its cells or values as JSON.

Usage: read-with-python.py csv FILE DELIMITER | json FILE | ndjson FILE | xlsx FILE | fods FILE
"""

import csv
import datetime
import decimal
import json
import re
import sys
import xml.etree.ElementTree as xml
import zipfile


def read_csv(path, delimiter):
    with open(path, newline="", encoding="utf-8-sig") as file:
        return list(csv.reader(file, delimiter={"tab": "\t"}.get(delimiter, delimiter), strict=True))


def read_json(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file, parse_float=decimal.Decimal)


def read_ndjson(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line, parse_float=decimal.Decimal) for line in file]


def read_xlsx(path):
    """The sheet's name, its frozen rows, and its rows; a cell is its type and value, with a number's format."""
    main = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        parts = {name: xml.fromstring(archive.read(name)) for name in archive.namelist()}
    styles = parts["xl/styles.xml"]
    formats = {f.get("numFmtId"): f.get("formatCode") for f in styles.iter(main + "numFmt")}
    cells = [formats.get(xf.get("numFmtId"), "") for xf in styles.find(main + "cellXfs")]
    bold = [xf.get("fontId") == "1" for xf in styles.find(main + "cellXfs")]

    def cell(element):
        kind, style = element.get("t", "n"), int(element.get("s", "0"))
        if kind == "inlineStr":
            text = "".join(element.itertext())
            text = re.sub("_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), text)
            return ["bold" if bold[style] else "text", text]
        value = element.find(main + "v").text
        if kind == "b":
            return ["boolean", value == "1"]
        if "yyyy" in cells[style] or "hh" in cells[style]:
            moment = datetime.datetime(1899, 12, 30) + datetime.timedelta(days=float(value))
            return ["date", moment.isoformat(timespec="milliseconds"), cells[style]]
        return ["number", float(value), cells[style]]

    sheet = parts["xl/worksheets/sheet1.xml"]
    assert sheet.find(".//" + main + "f") is None, "a formula"
    rows = []
    for row in sheet.iter(main + "row"):
        rows.append({element.get("r"): cell(element) for element in row})
        assert row.get("r") == str(len(rows))
    pane = sheet.find(".//" + main + "pane")
    return {
        "name": parts["xl/workbook.xml"].find(".//" + main + "sheet").get("name"),
        "frozen": [pane.get("state"), pane.get("ySplit")],
        "rows": rows,
    }


def read_fods(path):
    """LibreOffice's own flat format: the table's name, and its rows of [type, value, text]; an empty cell is null."""
    office, table, text = (
        "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}" % name for name in ("office", "table", "text")
    )

    def words(element):
        out = element.text or ""
        for child in element:
            if child.tag == text + "s":
                out += " " * int(child.get(text + "c", "1"))
            elif child.tag == text + "tab":
                out += "\t"
            elif child.tag == text + "line-break":
                out += "\n"
            else:
                out += words(child)
            out += child.tail or ""
        return out

    def cell(element):
        kind = element.get(office + "value-type")
        if kind is None:
            return None
        formula = element.get(table + "formula")
        shown = "\n".join(words(paragraph) for paragraph in element.findall(text + "p"))
        value = element.get(office + {"float": "value"}.get(kind, kind + "-value"))
        # LibreOffice keeps a boolean that it reads from XLSX as the formula =TRUE().
        if formula in ("of:=TRUE()", "of:=FALSE()"):
            return ["boolean", shown]
        return [kind + (" of a formula" if formula else ""), shown if value is None else value, shown]

    root = xml.parse(path).getroot()
    sheet = root.find(".//" + table + "table")
    rows = []
    for row in sheet.iter(table + "table-row"):
        cells = []
        for element in row.iter(table + "table-cell"):
            repeated = int(element.get(table + "number-columns-repeated", "1"))
            cells += [cell(element)] * (repeated if repeated < 1000 else 0)
        while cells and cells[-1] is None:
            cells.pop()
        repeated = int(row.get(table + "number-rows-repeated", "1"))
        rows += [cells] * (repeated if repeated < 1000 else 0)
    return {"name": sheet.get(table + "name"), "rows": rows}


READERS = {"csv": read_csv, "json": read_json, "ndjson": read_ndjson, "xlsx": read_xlsx, "fods": read_fods}
print(json.dumps(READERS[sys.argv[1]](*sys.argv[2:]), default=str))
