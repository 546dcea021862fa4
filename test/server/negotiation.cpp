#include "negotiation.h"

#include "statement.h"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <vector>

namespace ksqldb::server {

namespace {

constexpr std::string_view delimited = "application/vnd.ksqlapi.delimited.v1";
constexpr std::string_view streamedRow = "application/vnd.ksql.v1+json";
constexpr std::string_view plainJson = "application/json";
constexpr std::string_view protobuf = "application/vnd.ksql.v1+protobuf";

struct Accepted {
    std::string type;
    double quality = 1;
};

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts;
    while (true) {
        const std::size_t end = text.find(separator);
        parts.push_back(normalizedSpace(text.substr(0, end)));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

std::vector<Accepted> parsedAccept(std::string_view header) {
    std::vector<Accepted> result;
    for (const auto& element : split(header, ',')) {
        const auto parts = split(element, ';');
        Accepted accepted{parts.front()};
        for (const auto& parameter : parts) {
            if (equalIgnoringCase(parameter.substr(0, 2), "q=")) {
                accepted.quality = std::strtod(parameter.c_str() + 2, nullptr);
            }
        }
        if (!accepted.type.empty() && accepted.quality > 0) result.push_back(accepted);
    }
    std::stable_sort(result.begin(), result.end(),
                     [](const auto& a, const auto& b) { return a.quality > b.quality; });
    return result;
}

bool covers(std::string_view range, std::string_view type) {
    if (range == "*/*" || range == "*") return true;
    if (range.size() > 2 && range.substr(range.size() - 2) == "/*") {
        const auto main = range.substr(0, range.size() - 1);
        return equalIgnoringCase(main, type.substr(0, main.size()));
    }
    return equalIgnoringCase(range, type);
}

/// The route's types that the accepted ranges cover, those of the best range first.
std::vector<std::string_view> coveredTypes(const std::vector<std::string_view>& produces,
                                           std::string_view accept) {
    std::vector<std::string_view> types;
    for (const auto& accepted : parsedAccept(accept)) {
        for (const auto type : produces) {
            if (covers(accepted.type, type) &&
                std::find(types.begin(), types.end(), type) == types.end()) {
                types.push_back(type);
            }
        }
    }
    return types;
}

}  // namespace

std::optional<Form> formOf(std::string_view path, std::string_view contentType) {
    if (contentType == delimited) return Form::Delimited;
    if (contentType == streamedRow) return Form::StreamedRow;
    if (contentType == protobuf) return Form::Protobuf;
    // The old endpoint means StreamedRow by application/json.
    if (contentType == plainJson) return path == "/query" ? Form::StreamedRow : Form::JsonArray;
    return std::nullopt;
}

std::vector<Form> acceptedForms(std::string_view path, const std::optional<std::string>& accept) {
    const bool old = path == "/query";
    if (!accept) return {old ? Form::StreamedRow : Form::Delimited};
    const std::vector<std::string_view> produces =
        old                         ? std::vector{delimited, streamedRow, plainJson, protobuf}
        : path == "/inserts-stream" ? std::vector{delimited, plainJson}
                                    : std::vector{delimited, plainJson, streamedRow, protobuf};
    std::vector<Form> forms;
    for (const auto type : coveredTypes(produces, *accept)) {
        if (const auto form = formOf(path, type)) forms.push_back(*form);
    }
    return forms;
}

std::optional<Form> negotiatedForm(std::string_view path,
                                   const std::optional<std::string>& accept) {
    const auto forms = acceptedForms(path, accept);
    return forms.empty() ? std::nullopt : std::optional(forms.front());
}

bool isRefusedPrint(const Request& request) {
    return request.path() == "/query-stream" && startsWithWord(request.sql(), "print") &&
           negotiatedForm(request.path(), request.header("Accept")) != Form::Delimited;
}

std::string_view nameOf(Form form) {
    switch (form) {
        case Form::Delimited:
            return "delimited";
        case Form::StreamedRow:
            return "StreamedRow";
        case Form::JsonArray:
            return "JSON array";
        case Form::Protobuf:
            break;
    }
    return "protobuf";
}

bool acceptsJson(const std::optional<std::string>& accept) {
    return !accept || !coveredTypes({streamedRow, plainJson}, *accept).empty();
}

}  // namespace ksqldb::server
