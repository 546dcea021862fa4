#!/usr/bin/env python3
"""What is refused at compile time, and in which words: refused.py INCLUDE_DIR COMPILER…"""

import subprocess
import sys
import tempfile

PRELUDE = """
#include <ksqldb/insert_row.h>
#include <ksqldb/options.h>
#include <ksqldb/result_stream.h>
#include <ksqldb/statement.h>
#include <ksqldb/typed.h>
using namespace ksqldb;
struct Unmapped { int i; };
struct Dangling {
    std::string_view text;
    static constexpr auto ksqldbFields() { return fields(field("TEXT", &Dangling::text)); }
};
struct Good {
    std::string text;
    static constexpr auto ksqldbFields() { return fields(field("TEXT", &Good::text)); }
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
    for name, (code, expected) in CASES.items():
        found = errors(compiler, include, code)
        good = found is None if expected is None else found is not None and expected in found
        if not good:
            failed += 1
            print(f"{name}: expected {expected or 'no error'}, found:\n{found or 'no error'}")
    print(f"{len(CASES) - failed} of {len(CASES)} as expected")
    return 1 if failed else 0


sys.exit(main())
