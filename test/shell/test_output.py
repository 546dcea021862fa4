#!/usr/bin/env python3
"""JSON and CSV, number for number as a real server sent them."""
import csv
import datetime
import decimal
import io
import json
import pathlib
import re

from session import WithServer, main, recordings


class Formats(WithServer):
    def test_json_and_csv_are_exact(self):
        recorded = json.loads(
            pathlib.Path(recordings, "values/every-type-delimited.json").read_text()
        )
        lines = "".join(part["text"] for part in recorded["response"]["body"]).splitlines()
        names = json.loads(lines[0])["columnNames"]
        sql = recorded["request"]["body"][0]["text"]
        sql = json.loads(sql)["sql"]

        def exact(text):
            return json.loads(text, parse_float=lambda t: "number " + t, parse_int=lambda t: "number " + t)

        code, out, err = self.run_shell("-o", "json", "-e", sql)
        self.assertEqual((code, err), (0, ""))
        rows = [exact(line) for line in out.splitlines()]
        expected = [dict(zip(names, exact(line))) for line in lines[1:]]
        self.assertEqual(len(rows), len(expected))
        differences = [
            (row[name], wanted[name])
            for row, wanted in zip(rows, expected)
            for name in names
            if not same(row[name], wanted[name])
        ]
        self.assertEqual(differences, [])

        code, out, err = self.run_shell("-o", "csv", "-e", sql)
        self.assertEqual((code, err), (0, ""))
        self.assertNotRegex(out.replace("\r\n", ""), "\r")
        table = list(csv.reader(io.StringIO(out, newline="")))
        self.assertEqual(table[0], names)
        self.assertEqual(len(table), len(expected) + 1)
        for record, wanted in zip(table[1:], expected):
            for text, name in zip(record, names):
                value = wanted[name]
                if isinstance(value, str) and value.startswith("number "):
                    self.assertEqual(text, value[7:])
                elif isinstance(value, (dict, list)):
                    self.assertTrue(same(exact(text), value), (text, value))


def same(ours, theirs):
    """An object's members may be in another order. Within a STRUCT the server sends DECIMAL as a
    double and times as numbers; the shell writes out both. Zero seconds are always written."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return ours.keys() == theirs.keys() and all(same(ours[k], theirs[k]) for k in ours)
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(same, ours, theirs))
    if ours == theirs or not (isinstance(ours, str) and isinstance(theirs, str)):
        return ours == theirs
    if ours.startswith("number ") and theirs.startswith("number "):
        number = theirs[len("number ") :]
        return "E" in number and decimal.Decimal(ours[7:]) == decimal.Decimal(number)
    if theirs.startswith("number "):
        return milliseconds(ours) == int(theirs[len("number ") :])
    return bool(re.fullmatch(re.escape(theirs) + r"(:00)?(\.000)?", ours))


def milliseconds(text):
    """A DATE in days, a TIME and a TIMESTAMP in milliseconds, as the server has them."""
    epoch = datetime.datetime(1970, 1, 1)
    if "T" not in text and "-" in text:
        return (datetime.datetime.fromisoformat(text) - epoch).days
    if "T" not in text:
        text = "1970-01-01T" + text
    return (datetime.datetime.fromisoformat(text) - epoch) // datetime.timedelta(milliseconds=1)


if __name__ == "__main__":
    main()
