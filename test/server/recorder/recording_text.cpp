#include "recording_text.h"

#include "../base64.h"
#include "../json.h"

#include <rapidjson/prettywriter.h>

#include <algorithm>

namespace ksqldb::server {

namespace {

using Writer = rapidjson::PrettyWriter<rapidjson::StringBuffer>;

bool isUtf8(const std::string& bytes) {
    rapidjson::MemoryStream stream(bytes.data(), bytes.size());
    rapidjson::StringBuffer ignored;
    while (stream.Tell() < bytes.size()) {
        if (!rapidjson::UTF8<>::Validate(stream, ignored)) return false;
        ignored.Clear();
    }
    return true;
}

void write(Writer& writer, const std::string& text) {
    writer.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
}

void write(Writer& writer, const char* name, const std::string& text) {
    writer.Key(name);
    write(writer, text);
}

/// A header's value may be no UTF-8; then it is told as far as it is.
std::string readable(const std::string& text) {
    if (isUtf8(text)) return text;
    std::string result = text;
    std::replace_if(
        result.begin(), result.end(), [](char c) { return static_cast<unsigned char>(c) > 127; },
        '?');
    return result;
}

void write(Writer& writer, const Headers& headers) {
    writer.Key("headers");
    writer.StartArray();
    for (const auto& [name, value] : headers) {
        writer.StartArray();
        write(writer, readable(name));
        write(writer, readable(value));
        writer.EndArray();
    }
    writer.EndArray();
}

void write(Writer& writer, const std::vector<Recording::Part>& parts) {
    writer.Key("body");
    writer.StartArray();
    for (const auto& part : parts) {
        writer.StartObject();
        writer.Key("atMs");
        writer.Int64(part.atMs);
        if (isUtf8(part.bytes)) {
            write(writer, "text", part.bytes);
        } else {
            write(writer, "base64", toBase64(part.bytes));
        }
        writer.EndObject();
    }
    writer.EndArray();
}

/// In one field of a table.
std::string field(std::string text) {
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c == '\t' || c == '\n' || c == '\r'; }, ' ');
    return text;
}

}  // namespace

std::string recordingText(const Recording& recording) {
    rapidjson::StringBuffer buffer;
    Writer writer(buffer);
    writer.SetIndent(' ', 1);
    writer.StartObject();
    write(writer, "name", recording.name);
    write(writer, "what", readable(recording.what));
    write(writer, "server", recording.server);
    const auto& request = recording.request;
    writer.Key("request");
    writer.StartObject();
    write(writer, "version", request.version);
    write(writer, "method", request.method);
    write(writer, "path", readable(request.path));
    write(writer, request.headers);
    write(writer, request.parts);
    writer.Key("bodyLeftOpen");
    writer.Bool(request.bodyLeftOpen);
    writer.EndObject();
    const auto& response = recording.response;
    writer.Key("response");
    writer.StartObject();
    writer.Key("status");
    writer.Int(response.status);
    write(writer, response.headers);
    write(writer, response.parts);
    write(writer, "end", response.end);
    writer.Key("endAtMs");
    writer.Int64(response.endAtMs);
    writer.EndObject();
    writer.EndObject();
    return std::string(buffer.GetString(), buffer.GetSize()) + '\n';
}

std::string indexHead() { return "recording\tversion\tstatus\tend\twhat\n"; }

std::string indexLine(const Recording& recording) {
    return recording.name + '\t' + recording.request.version + '\t' +
           std::to_string(recording.response.status) + '\t' + recording.response.end + '\t' +
           field(recording.what) + '\n';
}

}  // namespace ksqldb::server
