#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ksqldb::test {

/// A JSON value. Numbers are their text, as it was sent.
struct Json {
    enum class Kind { Null, False, True, Number, String, Array, Object };

    Kind kind = Kind::Null;
    std::string text;                // Number, String
    std::vector<Json> parts;         // Array, Object
    std::vector<std::string> names;  // Object: one for each part

    bool isNull() const { return kind == Kind::Null; }
    /// The first member of this name, or null.
    const Json* member(std::string_view name) const;
    /// The member's text; empty if there is none.
    std::string textOf(std::string_view name) const;
};

/// Throws std::runtime_error for what is no JSON. `withComments`: `//` and `/* */` are skipped.
Json parseJson(std::string_view text, bool withComments = false);
/// As text without blanks.
std::string writeJson(const Json& value);

/// A SQL type as ksqlDB writes it.
struct RecordedType {
    std::string word;  // "DECIMAL", "STRUCT", …
    std::string text;  // the whole
    int precision = 0;
    int scale = 0;
    std::vector<RecordedType> parts;  // ARRAY: element. MAP: key, value. STRUCT: fields
    std::vector<std::string> names;   // STRUCT
};

struct RecordedColumn {
    std::string name;
    RecordedType type;
    bool isKey = false;
};

/// Throws std::runtime_error for what is none.
RecordedType parseRecordedType(std::string_view text);
std::vector<RecordedColumn> parseRecordedSchema(std::string_view text);

/// What an answer to /query-stream says, read in another way than the client does it: the whole
/// body at once, by RapidJSON's DOM, with its invalid endings mended.
struct RecordedAnswer {
    enum class Form { Delimited, StreamedRow };

    struct Row {
        Json columns;
        bool tombstone = false;
        std::string token;  // the newest before it
    };
    struct ServerError {
        int code;
        std::string message;
    };

    std::optional<std::string> queryId;
    std::vector<RecordedColumn> columns;
    std::vector<Row> rows;
    std::string lastToken;
    std::optional<std::string> finalMessage;
    std::optional<ServerError> error;

    static RecordedAnswer read(Form form, const std::string& body);
};

}  // namespace ksqldb::test
