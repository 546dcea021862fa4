#include "recording.h"

#include "base64.h"
#include "json.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace ksqldb::server {

namespace {

const rapidjson::Value& needed(const rapidjson::Value& object, std::string_view name) {
    const auto* value = member(object, name);
    if (value == nullptr) throw std::runtime_error("no member " + std::string(name));
    return *value;
}

long number(const rapidjson::Value& object, std::string_view name) {
    const auto& value = needed(object, name);
    if (!value.IsNumber()) throw std::runtime_error(std::string(name) + " is no number");
    return static_cast<long>(value.GetDouble());
}

const rapidjson::Value& array(const rapidjson::Value& object, std::string_view name) {
    const auto& value = needed(object, name);
    if (!value.IsArray()) throw std::runtime_error(std::string(name) + " is no array");
    return value;
}

Headers headersOf(const rapidjson::Value& object) {
    Headers headers;
    for (const auto& pair : array(object, "headers").GetArray()) {
        if (!pair.IsArray() || pair.Size() != 2 || !pair[0].IsString() || !pair[1].IsString()) {
            throw std::runtime_error("a header is no pair of texts");
        }
        headers.emplace_back(pair[0].GetString(), pair[1].GetString());
    }
    return headers;
}

std::vector<Recording::Part> partsOf(const rapidjson::Value& object) {
    std::vector<Recording::Part> parts;
    for (const auto& part : array(object, "body").GetArray()) {
        auto bytes = member(part, "base64") != nullptr ? fromBase64(textMember(part, "base64"))
                                                       : std::string(textMember(part, "text"));
        if (!bytes) throw std::runtime_error("bad base64");
        parts.push_back({number(part, "atMs"), std::move(*bytes)});
    }
    return parts;
}

std::string joined(const std::vector<Recording::Part>& parts) {
    std::string text;
    for (const auto& part : parts) text += part.bytes;
    return text;
}

Recording converted(const rapidjson::Value& json) {
    Recording recording;
    recording.name = textMember(json, "name");
    recording.what = textMember(json, "what");
    recording.server = textMember(json, "server");
    const auto& request = needed(json, "request");
    recording.request.version = textMember(request, "version");
    recording.request.method = textMember(request, "method");
    recording.request.path = textMember(request, "path");
    recording.request.headers = headersOf(request);
    recording.request.parts = partsOf(request);
    recording.request.bodyText = joined(recording.request.parts);
    const auto* leftOpen = member(request, "bodyLeftOpen");
    recording.request.bodyLeftOpen = leftOpen != nullptr && leftOpen->IsTrue();
    const auto& response = needed(json, "response");
    recording.response.status = static_cast<int>(number(response, "status"));
    recording.response.headers = headersOf(response);
    recording.response.parts = partsOf(response);
    recording.response.end = textMember(response, "end");
    recording.response.endAtMs = number(response, "endAtMs");
    return recording;
}

}  // namespace

Recording::End Recording::end() const {
    const auto startsWith = [this](std::string_view text) {
        return response.end.compare(0, text.size(), text) == 0;
    };
    if (startsWith("fin") || startsWith("reset") || startsWith("stream reset")) return End::Cut;
    if (startsWith("client")) return End::ClientClosed;
    return End::Complete;
}

std::string Recording::responseBody() const { return joined(response.parts); }

Request Recording::asRequest() const {
    return {
        request.method, request.path, request.version, request.headers, request.bodyText, false, 0};
}

std::string Recording::queryId() const {
    const std::string body = responseBody();
    const auto start = body.find('{');
    if (start == std::string::npos) return {};
    // The first element of any form; what follows it is no part of its JSON.
    rapidjson::Document document;
    rapidjson::MemoryStream stream(body.data() + start, body.size() - start);
    document.ParseStream<rapidjson::kParseStopWhenDoneFlag>(stream);
    if (document.HasParseError()) return {};
    const auto* header = member(document, "header");
    return std::string(textMember(header != nullptr ? *header : document, "queryId"));
}

Recording loadRecording(const std::filesystem::path& file) {
    try {
        std::ifstream stream(file, std::ios::binary);
        if (!stream) throw std::runtime_error("cannot be read");
        const std::string text{std::istreambuf_iterator<char>(stream), {}};
        rapidjson::Document document;
        document.Parse(text.data(), text.size());
        if (document.HasParseError()) {
            throw std::runtime_error(rapidjson::GetParseError_En(document.GetParseError()));
        }
        return converted(document);
    } catch (const std::exception& error) {
        throw std::runtime_error("recording " + file.string() + ": " + error.what());
    }
}

std::vector<Recording> loadRecordings(const std::filesystem::path& directory) {
    std::vector<Recording> recordings;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
        if (entry.path().extension() == ".json") recordings.push_back(loadRecording(entry.path()));
    }
    std::sort(recordings.begin(), recordings.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
    return recordings;
}

}  // namespace ksqldb::server
