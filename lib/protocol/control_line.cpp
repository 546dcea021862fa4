#include "protocol/control_line.h"

#include "values/json_document.h"
#include "values/type_parser.h"
#include "values/utf8.h"

#include <utility>
#include <vector>

namespace ksqldb::protocol {

namespace {

using Value = values::JsonDocument::Value;

ControlLine streamedRowHeader(const Value& header) {
    const auto schema = values::JsonDocument::string(header, "schema");
    std::vector<Column> columns;
    if (!schema || !values::parseSchema(*schema, columns))
        return NotJson{"its header has no schema"};
    return Header(values::JsonDocument::string(header, "queryId"), Schema(std::move(columns)));
}

ControlLine delimitedHeader(const Value& line) {
    const Value* names = values::JsonDocument::member(line, "columnNames");
    const Value* types = values::JsonDocument::member(line, "columnTypes");
    if (!names->IsArray() || types == nullptr || !types->IsArray() ||
        names->Size() != types->Size())
        return NotJson{"its header's columnNames and columnTypes do not fit together"};
    std::vector<Column> columns;
    for (rapidjson::SizeType i = 0; i < names->Size(); ++i) {
        const Value& name = (*names)[i];
        const Value& type = (*types)[i];
        if (!name.IsString() || !type.IsString())
            return NotJson{"its header has a column that is no text"};
        columns.push_back({std::string(name.GetString(), name.GetStringLength()),
                           values::parseType({type.GetString(), type.GetStringLength()}), false});
    }
    return Header(values::JsonDocument::string(line, "queryId"), Schema(std::move(columns)));
}

ControlLine errorLine(const Value& error) {
    return ErrorLine{values::JsonDocument::integer(error, "error_code").value_or(0),
                     values::JsonDocument::string(error, "message").value_or(std::string())};
}

/// An error that has no code still says what it is.
bool isError(const Value& line) {
    const auto type = values::JsonDocument::string(line, "@type");
    return values::JsonDocument::member(line, "error_code") || type == "generic_error" ||
           type == "statement_error";
}

ControlLine tokenLine(const Value& token) {
    // Nested in StreamedRow form, not in the delimited one.
    if (token.IsString()) return TokenLine{std::string(token.GetString(), token.GetStringLength())};
    if (auto inner = values::JsonDocument::string(token, "continuationToken"))
        return TokenLine{std::move(*inner)};
    return UnknownLine{};
}

}  // namespace

ControlLine parseControlLine(std::string_view text) {
    if (!values::isUtf8(text)) return NotJson{"it is not UTF-8"};
    const auto document = values::JsonDocument::parse(text);
    if (!document) return NotJson{"it is no JSON"};
    const Value& line = document->root();
    if (values::JsonDocument::member(line, "row")) return RowLine{};
    if (const Value* header = values::JsonDocument::member(line, "header"))
        return streamedRowHeader(*header);
    if (values::JsonDocument::member(line, "columnNames")) return delimitedHeader(line);
    if (const Value* error = values::JsonDocument::member(line, "errorMessage"))
        return errorLine(*error);
    if (isError(line)) return errorLine(line);
    if (const Value* token = values::JsonDocument::member(line, "continuationToken"))
        return tokenLine(*token);
    if (const auto message = values::JsonDocument::string(line, "finalMessage"))
        return FinalLine{*message == "Limit Reached"};
    return UnknownLine{};
}

}  // namespace ksqldb::protocol
