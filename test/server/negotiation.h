#pragma once

#include "request.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ksqldb::server {

/// The forms of an answer. Protobuf is StreamedRow with other rows.
enum class Form { Delimited, StreamedRow, JsonArray, Protobuf };

/// The forms in which /query-stream or /query may answer this Accept header, the preferred one
/// first; none where ksqlDB says 406.
std::vector<Form> acceptedForms(std::string_view path, const std::optional<std::string>& accept);
/// The first of them: the one in which ksqlDB answers.
std::optional<Form> negotiatedForm(std::string_view path, const std::optional<std::string>& accept);

/// Its name: "delimited", "StreamedRow", "JSON array", "protobuf".
std::string_view nameOf(Form form);

/// Whether the routes that answer plain JSON (/ksql, /info, …) accept this header.
bool acceptsJson(const std::optional<std::string>& accept);

/// Whether this is a PRINT with an Accept header that asks for another form than its lines have:
/// delimited.
bool isRefusedPrint(const Request& request);

/// The form that a content-type of a query's answer names.
std::optional<Form> formOf(std::string_view path, std::string_view contentType);

}  // namespace ksqldb::server
