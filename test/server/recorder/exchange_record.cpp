#include "exchange_record.h"

#include "../json.h"
#include "../statement.h"
#include "secrets.h"

#include <algorithm>
#include <array>
#include <utility>

namespace ksqldb::server {

namespace {

/// What a part costs in memory besides its bytes.
constexpr std::size_t partCost = 64;
/// Longer bodies are not looked through for a statement.
constexpr std::size_t maxStatementBody = 1024 * 1024;

/// How a request was sent, not what it said; who plays it sends it in a way of its own.
bool isOfConnection(const std::string& name) {
    constexpr std::array<std::string_view, 7> all{
        "host", "connection", "transfer-encoding", "keep-alive", "expect", "content-length", "te"};
    return std::any_of(all.begin(), all.end(),
                       [&](std::string_view one) { return equalIgnoringCase(one, name); });
}

}  // namespace

ExchangeRecord::ExchangeRecord(const Request& from, std::size_t limit) : limit_(limit) {
    request().version = from.version;
    request().method = from.method;
    request().path = from.target;
    request().bodyLeftOpen = true;
    for (const auto& header : from.headers)
        if (!isOfConnection(header.first)) request().headers.push_back(header);
}

long ExchangeRecord::now() const {
    return static_cast<long>(
        std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start_).count());
}

bool ExchangeRecord::mayKeep(std::size_t size) {
    // What comes behind something that is missing would only mislead.
    isCut_ = isCut_ || kept_ + size + partCost > limit_;
    (isCut_ ? lost_ : kept_) += size + (isCut_ ? 0 : partCost);
    return !isCut_;
}

void ExchangeRecord::requestPart(std::string_view bytes) {
    if (mayKeep(bytes.size())) request().parts.push_back({now(), std::string(bytes)});
}

void ExchangeRecord::responseHead(int status, const Headers& headers) {
    recording_.response.status = status;
    recording_.response.headers = headers;
}

void ExchangeRecord::responsePieces(std::vector<PartPiece>&& pieces) {
    auto& parts = recording_.response.parts;
    for (auto& piece : pieces) {
        const bool goesOn = std::exchange(isPartOpen_, !piece.isLast);
        if (!mayKeep(piece.bytes.size())) continue;
        if (goesOn && !parts.empty()) {
            parts.back().bytes += piece.bytes;
            parts.back().atMs = now();
        } else {
            parts.push_back({now(), std::move(piece.bytes)});
        }
    }
}

std::string ExchangeRecord::statement() const {
    std::string body;
    for (const auto& part : recording_.request.parts) {
        if (body.size() + part.bytes.size() > maxStatementBody) break;
        body += part.bytes;
    }
    Request request = recording_.asRequest();
    request.body = body;
    if (request.path().ends_with("/inserts-stream")) {
        rapidjson::Document arguments;
        const auto line = body.substr(0, body.find('\n'));
        arguments.Parse(line.data(), line.size());
        if (arguments.HasParseError()) return {};
        const std::string target(textMember(arguments, "target"));
        return target.empty() ? "" : "into " + target;
    }
    return normalizedSpace(withoutSecrets(request.sql()));
}

Recording ExchangeRecord::finished(std::string_view end, std::string name, std::string server) {
    auto& response = recording_.response;
    const std::string asked = statement();
    recording_.name = std::move(name);
    recording_.server = std::move(server);
    response.end = end;
    response.endAtMs = now();
    recording_.what = asked.empty() ? request().method + ' ' + pathWithoutSecrets(request().path)
                                    : shortened(asked, 150);
    if (isCut_) {
        recording_.what += "; cut at the limit of " + std::to_string(limit_) + " bytes, " +
                           std::to_string(lost_) + " more have passed (" + response.end + ')';
        response.end = "client closed (limit)";
        request().bodyLeftOpen = true;
    }
    removeSecrets(recording_);
    return std::move(recording_);
}

}  // namespace ksqldb::server
