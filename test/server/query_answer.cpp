#include "query_answer.h"

namespace ksqldb::server {

namespace {

std::string_view contentType(Form form) {
    switch (form) {
        case Form::Delimited:
            return "application/vnd.ksqlapi.delimited.v1";
        case Form::JsonArray:
            return "application/json";
        default:
            return "application/vnd.ksql.v1+json";
    }
}

/// "`ID` STRING KEY, `N` BIGINT"
std::string schemaText(const std::vector<Source::Column>& columns, bool withKeys) {
    std::string text;
    for (const auto& column : columns) {
        text += (text.empty() ? "`" : ", `") + column.name + "` " + column.type.text();
        if (withKeys && column.key) text += " KEY";
    }
    return text;
}

}  // namespace

std::string delimitedHeader(std::string_view queryId, const std::vector<Source::Column>& columns) {
    JsonWriter json;
    json.StartObject();
    json.Key("queryId").String(queryId);
    json.Key("columnNames").StartArray();
    for (const auto& column : columns) json.String(column.name);
    json.EndArray();
    json.Key("columnTypes").StartArray();
    for (const auto& column : columns) json.String(column.type.text());
    json.EndArray();
    json.EndObject();
    return json.json();
}

void QueryAnswer::header(std::string_view queryId, const std::vector<Source::Column>& columns,
                         std::size_t elements) {
    left_ = elements + 1;
    exchange_.head(200, {{"content-type", std::string(contentType(form_))}});
    if (form_ != Form::Delimited) json_.put("[");
    begin("header");
    if (form_ == Form::StreamedRow) {
        json_.StartObject();
        json_.Key("queryId").String(queryId);
        json_.Key("schema").String(schemaText(columns, kind_ == Kind::Pull));
        json_.EndObject();
    } else {
        json_.Raw(delimitedHeader(queryId, columns));
    }
    send();
}

void QueryAnswer::row(std::string_view values) {
    if (form_ == Form::StreamedRow) return streamedRow(values, false);
    json_.Raw(values);
    send();
}

void QueryAnswer::tombstone(std::string_view values) {
    if (form_ == Form::StreamedRow) streamedRow(values, true);
}

void QueryAnswer::streamedRow(std::string_view values, bool isTombstone) {
    begin("row");
    json_.StartObject();
    json_.Key("columns").Raw(values);
    if (isTombstone) json_.Key("tombstone").Bool(true);
    json_.EndObject();
    send();
}

void QueryAnswer::token(std::string_view token) {
    begin("continuationToken");
    json_.StartObject();
    json_.Key("continuationToken").String(token);
    json_.EndObject();
    send();
}

void QueryAnswer::error(int code, std::string_view message) {
    begin("errorMessage");
    json_.Raw(genericError(code, message));
    send();
    sendEnd();
}

void QueryAnswer::end(bool limitReached) {
    if (form_ == Form::StreamedRow && limitReached && kind_ != Kind::Pull) {
        exchange_.chunk(R"({"finalMessage":"Limit Reached"})");
    } else if (form_ == Form::StreamedRow && kind_ == Kind::Push) {
        exchange_.chunk(R"({"finalMessage":"Query Completed"})");
    }
    sendEnd();
}

void QueryAnswer::begin(std::string_view name) {
    if (form_ != Form::StreamedRow) return;
    json_.StartObject();
    json_.Key(name);
}

void QueryAnswer::send() {
    if (left_ > 0) --left_;
    if (form_ == Form::StreamedRow) json_.EndObject();
    if (form_ == Form::Delimited) json_.put("\n");
    // A push query's row is complete when its chunk is there.
    if (form_ == Form::StreamedRow && (kind_ != Kind::Pull || left_ > 0)) json_.put(",\n");
    exchange_.chunk(json_.text());
    json_.clear();
    if (form_ == Form::JsonArray) json_.put(",");
}

void QueryAnswer::sendEnd() {
    if (form_ != Form::Delimited) exchange_.chunk("]");
    exchange_.lastChunk();
}

}  // namespace ksqldb::server
