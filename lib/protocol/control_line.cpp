#include "protocol/control_line.h"

#include "base/error_builder.h"
#include "protocol/error_body.h"
#include "values/json_document.h"
#include "values/json_text.h"
#include "values/type_parser.h"

#include <utility>
#include <vector>

namespace ksqldb::protocol {

namespace {

using Value = values::JsonDocument::Value;

ControlLine tooManyColumns(const AnswerLimits& limits) {
    return BeyondLimit{
        detail::ErrorBuilder(ErrorCode::TooManyColumns,
                             "the query's header has more columns than maxColumns, " +
                                 std::to_string(limits.columns))
            .http(200)
            .limit("maxColumns")
            .build()};
}

ControlLine tooDeep(const std::string& column, const AnswerLimits& limits) {
    return BeyondLimit{
        detail::ErrorBuilder(ErrorCode::NestingTooDeep, "the type of " + column +
                                                            " is nested deeper than maxNesting, " +
                                                            std::to_string(limits.nesting))
            .http(200)
            .limit("maxNesting")
            .build()};
}

ControlLine streamedRowHeader(const Value& header, const AnswerLimits& limits) {
    using values::SchemaFault;
    const auto schema = values::JsonDocument::string(header, "schema");
    std::vector<Column> columns;
    const SchemaFault fault =
        schema ? values::parseSchemaWithin(*schema, {limits.columns, limits.nesting}, columns)
               : SchemaFault::NoSchema;
    if (fault == SchemaFault::NoSchema) return NotJson{"its header has no schema"};
    if (fault == SchemaFault::TooManyColumns) return tooManyColumns(limits);
    if (fault == SchemaFault::TooDeep) return tooDeep("one of the columns", limits);
    return Header(values::JsonDocument::string(header, "queryId"), Schema(std::move(columns)));
}

ControlLine delimitedHeader(const Value& line, const AnswerLimits& limits) {
    const Value* names = values::JsonDocument::member(line, "columnNames");
    const Value* types = values::JsonDocument::member(line, "columnTypes");
    if (!names->IsArray() || types == nullptr || !types->IsArray() ||
        names->Size() != types->Size())
        return NotJson{"its header's columnNames and columnTypes do not fit together"};
    if (names->Size() > limits.columns) return tooManyColumns(limits);
    std::vector<Column> columns;
    for (rapidjson::SizeType i = 0; i < names->Size(); ++i) {
        const Value& name = (*names)[i];
        const Value& type = (*types)[i];
        if (!name.IsString() || !type.IsString())
            return NotJson{"its header has a column that is no text"};
        const std::string_view nameText(name.GetString(), name.GetStringLength());
        auto known =
            values::parseTypeWithin({type.GetString(), type.GetStringLength()}, limits.nesting);
        if (!known) return tooDeep("column " + shortened(nameText), limits);
        columns.push_back({std::string(nameText), std::move(*known), false});
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

ControlLine parseControlLine(std::string_view text, const AnswerLimits& limits) {
    const char* const fault = values::textFault(text);
    const auto document = values::JsonDocument::parse(text);
    if (document && values::JsonDocument::member(document->root(), "row")) return RowLine{};
    if (fault != nullptr) return NotJson{std::string("it ") + fault};
    if (!document) return NotJson{"it is no JSON"};
    const Value& line = document->root();
    if (const Value* header = values::JsonDocument::member(line, "header"))
        return streamedRowHeader(*header, limits);
    if (values::JsonDocument::member(line, "columnNames")) return delimitedHeader(line, limits);
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
