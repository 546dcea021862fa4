#include "protocol/insert_lines.h"

#include "values/rapidjson.h"
#include "values/utf8.h"

namespace ksqldb::protocol {

namespace {

bool isOneJsonValue(std::string_view text) {
    rapidjson::MemoryStream stream(text.data(), text.size());
    rapidjson::BaseReaderHandler<> nothing;
    rapidjson::Reader reader;
    // Iterative against deep nesting; numbers as text, for RapidJSON 1.1's number parser can be
    // made to read out of bounds.
    return !reader
                .Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseNumbersAsStringsFlag>(
                    stream, nothing)
                .IsError();
}

}  // namespace

std::string insertTargetLine(std::string_view target,
                             const NamedValues<PropertyValue>& properties) {
    if (target.empty() || !values::isUtf8(target))
        throw Error(ErrorCode::InvalidArgument, "the target of an insert is empty or not UTF-8");
    return insertArguments(target, properties) + '\n';
}

void requireRowLine(std::string_view json) {
    const auto fail = [](const char* why) {
        throw Error(ErrorCode::InvalidArgument, std::string("a row to insert ") + why);
    };
    // A zero byte would be the text's end to RapidJSON, and a newline the line's to the server.
    if (json.find_first_of(std::string_view("\n\0", 2)) != std::string_view::npos)
        fail("has to be on one line, without zero bytes");
    if (!values::isUtf8(json)) fail("is not UTF-8");
    const std::size_t start = json.find_first_not_of(" \t\r");
    if (start == std::string_view::npos || json[start] != '{' || !isOneJsonValue(json))
        fail("has to be one JSON object");
}

}  // namespace ksqldb::protocol
