#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ksqldb::server {

/// The forms of an answer. Protobuf is StreamedRow with other rows.
enum class Form { Delimited, StreamedRow, JsonArray, Protobuf };

/// The form in which ksqlDB answers this Accept header on /query-stream or /query; none where it
/// says 406.
std::optional<Form> negotiatedForm(std::string_view path, const std::optional<std::string>& accept);

/// Whether the routes that answer plain JSON (/ksql, /info, …) accept this header.
bool acceptsJson(const std::optional<std::string>& accept);

/// The form that a content-type of a query's answer names.
std::optional<Form> formOf(std::string_view path, std::string_view contentType);

}  // namespace ksqldb::server
