#!/usr/bin/env python3
"""What is refused at compile time, and in which words: refused.py INCLUDE_DIR COMPILER…"""

import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

PRELUDE = """
#include <ksqldb/client.h>
#include <ksqldb/insert_row.h>
#include <ksqldb/live_table.h>
#include <ksqldb/options.h>
#include <ksqldb/result_stream.h>
#include <ksqldb/statement.h>
#include <ksqldb/typed.h>
using namespace ksqldb;
struct Unmapped { int i; };
enum class Color { Red };
struct Dangling {
    std::string_view text;
    static constexpr auto ksqldbFields() { return fields(field("TEXT", &Dangling::text)); }
};
struct Good {
    std::string text;
    static constexpr auto ksqldbFields() { return fields(field("TEXT", &Good::text)); }
};
struct Keyed {
    std::string name;
    int number;
    static constexpr auto ksqldbFields() {
        return fields(key("NAME", &Keyed::name), key("NUMBER", &Keyed::number));
    }
};
ResultStream& stream();
ResultStream makeStream();
Ending makeEnding();
template <class T> void read() { RowReader<T> reader{Schema()}; }
template <class T> void write(T value) { InsertRow().set("X", value); }
template <class T> void bind(T value) { Statement("?").bind(value); }
"""

DANGLES = "a string_view in a typed row would dangle"
NO_CHAR = "a char is neither text nor a number here"
NO_VALUE = "ksqlDB has no value of this type"
DELETED = "deleted"
# A conversion that is deleted is told as such by g++, as none by clang.
DELETED_OR_NONE = "RowView"
NOT_READ = "a value cannot be read as this type. These can be read: bool, integers"
CASES = {
    # name: (code, what the compiler has to say; None: nothing)
    "good": ('read<Good>(); read<std::tuple<std::string>>(); write("text");', None),
    "view in a struct": ("read<Dangling>();", DANGLES),
    "view in a tuple": ("read<std::tuple<int, std::string_view>>();", DANGLES),
    "optional view": ("read<std::tuple<std::optional<std::string_view>>>();", DANGLES),
    "vector of views": ("read<std::tuple<std::vector<std::string_view>>>();", DANGLES),
    "map of views": ("read<std::tuple<std::map<std::string, std::string_view>>>();", DANGLES),
    "struct without a mapping": ("read<Unmapped>();", "T has neither ksqldbFields() nor"),
    "char": ("write('c');", NO_CHAR),
    "optional char": ("write(std::optional<char>());", NO_CHAR),
    "property": ('PropertyValue p(1u), q("text"), r(1.5f);', None),
    "char as a property": ("PropertyValue p('c');", NO_CHAR),
    "null as a property": ("PropertyValue p(nullptr);", "deleted"),
    "wide text": ('write(L"text");', NO_VALUE),
    "pointer": ("int i = 0; write(&i);", NO_VALUE),
    "void pointer": ("void* p = nullptr; write(p);", NO_VALUE),
    "shared pointer": ("write(std::make_shared<int>(1));", NO_VALUE),
    "statement": ('Statement s = "?"; s.bind("text", 1, nullptr); s = std::string();', None),
    "null as a statement": ("Statement s(nullptr);", "deleted"),
    "nothing to bind": ('Statement("?").bind();', "bind() without values"),
    "char to bind": ("bind('c');", NO_CHAR),
    "wide char to bind": ("bind(L'c');", NO_CHAR),
    "wide text to bind": ('bind(L"text");', NO_VALUE),
    "pointer to bind": ("int i = 0; bind(&i);", NO_VALUE),
    "struct without a mapping to bind": ("bind(Unmapped());", NO_VALUE),
    "name inside a value": ("bind(std::vector<Identifier>());", NO_VALUE),
    "text as a name": ('Identifier i = "a";', "conversion"),
    "error of a stream's end": ("const Error* e = stream().ending().error();", None),
    "end of a stream that dies": ("Ending e = makeStream().ending();", "deleted"),
    "header of a stream that dies": ("const Header& h = makeStream().header();", "deleted"),
    "error of an end that dies": ("const Error* e = makeEnding().error();", "deleted"),
    # What would dangle.
    "row of a temporary result": ('QueryResult r; auto row = QueryResult(r)[0];', DELETED),
    "row of a future's result": (
        'Client c; auto row = c.executeQuery("SELECT 1;").get()[0];', DELETED),
    "copy of a row of a temporary": ("QueryResult r; Row row = QueryResult(r).row(0);", None),
    "value of a temporary row": ('RowView v; auto value = v.toRow()["A"];', DELETED),
    "read from a temporary row": ('RowView v; int i = v.toRow().get<int>("A"); (void)i;', None),
    "text of a temporary row": (
        'RowView v; auto s = v.toRow().get<std::string_view>("A");', "would dangle"),
    "view of a temporary row": ("RowView v; RowView w = v.toRow();", DELETED_OR_NONE),
    "view() of a temporary row": ("RowView v; auto w = v.toRow().view();", DELETED),
    "row of a temporary batch": ("auto row = RowBatch()[0];", DELETED),
    "column of a temporary schema": ("auto& column = Schema()[0];", DELETED),
    "copies of temporaries": (
        "Header h = QueryResult().header(); Schema s = Header().schema();"
        "std::string t = Decimal().toString(); int i = Outcome<int>(1).value(); (void)i;", None),
    "constant outcome": (
        "const Outcome<int> o(1); const int& i = o.value(); (void)i;", None),
    # What would convert to an index.
    "indices": (
        'RowView v; v[0]; v[1u]; v[-1]; v[std::size_t{1}]; v["A"]; v[std::string("A")];'
        'v[std::string_view("A")]; v.get<int>(0); v.get<int>("A"); v[0][0]; v[0]["A"];', None),
    "char as an index": ("RowView v; v['a'];", DELETED),
    "bool as an index": ("RowView v; v[true];", DELETED),
    "double as an index": ("RowView v; v[1.5];", DELETED),
    "null as an index": ("RowView v; v[nullptr];", DELETED),
    "wide char as an index": ("RowView v; v.get<int>(L'a');", DELETED),
    "char as a part's index": ("RowView v; v[0]['a'];", DELETED),
    "bool as a part's index": ("RowView v; v[0][false];", DELETED),
    # What cannot be read, or written.
    "readable": (
        "RowView v; v.get<float>(0); v.get<Color>(0); v.get<std::unordered_map<int, int>>(0);"
        "v.get<std::chrono::system_clock::time_point>(0); v.get<Good>(0);", None),
    "reading a char": ("RowView v; v.get<char>(0);", NOT_READ),
    "reading seconds": (
        "using namespace std::chrono; RowView v; v.get<time_point<system_clock, seconds>>(0);",
        NOT_READ),
    "reading a byte": ("RowView v; v.get<std::byte>(0);", NOT_READ),
    "reading a pointer": ("RowView v; v.get<const char*>(0);", NOT_READ),
    "reading an unmapped struct": ("RowView v; v.get<Unmapped>(0);", NOT_READ),
    "unmapped struct in a tuple": (
        "RowView v; RowReader<std::tuple<Unmapped>> r{v.schema()}; r(v);", NOT_READ),
    "writing what is finer than a TIMESTAMP": (
        "write(std::chrono::system_clock::now());", "a TIMESTAMP has milliseconds"),
    "enum to write": ("write(Color::Red);", None),
    # Addresses.
    "client of a URL": (
        'Client a("http://h:1"); Client b(std::string("http://h:1")); Client c("h", 1);', None),
    "null as a URL": ("Client c(nullptr);", "deleted"),
    "null as the options' URL": ("ClientOptions o(nullptr);", "deleted"),
    # Typed results.
    "typed results": (
        'Client c; auto a = c.executeQuery<Good>("S"); auto b = c.executeQuery<Good>("S", {});'
        'c.executeQuery<Good>("S", {}, [](Outcome<std::vector<Good>>) {});'
        'c.executeQuery<std::tuple<int>>("S", {}, [](const auto& o) { o.ok(); }, nullptr);'
        'auto d = c.executeQuery("S", {}); c.executeQuery("S", {}, [](Outcome<QueryResult>) {});',
        None),
    "unmapped struct of a result": (
        'Client c; auto a = c.executeQuery<Unmapped>("S");', "T has neither ksqldbFields() nor"),
    # Live tables.
    "live tables": (
        'Client c; LiveTable<std::tuple<std::string, int>, Keyed> a(c, "T");'
        'LiveTable<Good, Keyed, std::map<Good, Keyed, bool (*)(const Good&, const Good&)>>* b;'
        'LiveTable<std::string, Keyed>* e; (void)b; (void)e;', None),
    "part of a table's key": (
        'Client c; LiveTable<std::string, Keyed> t(c, "T");', "a live table's Key is the type of"),
    "a tuple's type as a table's key": (
        'Client c; LiveTable<int, std::tuple<int>> t(c, "T");', "a live table's Key is the type of"),
    "null as a table": (
        "Client c; LiveTable<std::tuple<std::string, int>, Keyed> t(c, nullptr);", DELETED),
    "map without texts as keys": ("write(std::map<int, int>());", "a MAP's keys are strings"),
}


def errors(compiler, include, code):
    with tempfile.NamedTemporaryFile("w", suffix=".cpp") as source:
        source.write(PRELUDE + "int main() { " + code + " }\n")
        source.flush()
        run = subprocess.run(
            [*compiler, "-std=c++17", "-fsyntax-only", "-I", include, source.name],
            capture_output=True, text=True)
    return None if run.returncode == 0 else run.stderr


def main():
    include, compiler = sys.argv[1], sys.argv[2:]
    failed = 0
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        codes = [code for code, _ in CASES.values()]
        found_of_all = list(pool.map(lambda code: errors(compiler, include, code), codes))
    for (name, (code, expected)), found in zip(CASES.items(), found_of_all):
        good = found is None if expected is None else found is not None and expected in found
        if not good:
            failed += 1
            print(f"{name}: expected {expected or 'no error'}, found:\n{found or 'no error'}")
    print(f"{len(CASES) - failed} of {len(CASES)} as expected")
    return 1 if failed else 0


sys.exit(main())
