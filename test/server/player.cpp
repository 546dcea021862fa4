#include "player.h"

#include "json.h"

#include <algorithm>
#include <array>
#include <optional>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>

namespace ksqldb::server {

namespace {

/// What tells requests apart besides their path: the statement, or else the whole body, and
/// what accompanies it.
struct Question {
    std::string statement;
    std::array<std::string, 3> settings;  // JSON texts with sorted names
};

/// Names in order: the order of a request's properties does not matter.
std::string sortedText(const rapidjson::Value& object) {
    if (!object.IsObject()) return toText(object);
    std::vector<std::string> members;
    for (const auto& [name, value] : object.GetObject()) {
        members.push_back(toText(name) + ':' + toText(value));
    }
    std::sort(members.begin(), members.end());
    std::string text;
    for (const auto& entry : members) text += entry + '\n';
    return text;
}

Question questionOf(const Request& request) {
    Question question;
    question.statement = normalizedSpace(request.sql());
    if (question.statement.empty()) question.statement = normalizedSpace(request.body);
    rapidjson::Document document;
    document.Parse(request.body.data(), request.body.size());
    if (document.HasParseError()) return question;
    const auto set = [&](std::size_t place, std::string_view name) {
        if (const auto* value = member(document, name)) {
            question.settings[place] = sortedText(*value);
        }
    };
    set(0, request.path() == "/query-stream" ? "properties" : "streamsProperties");
    set(1, "sessionVariables");
    set(2, "requestProperties");
    return question;
}

/// Answers that tell about the server's state or about who asked, not about the statement.
bool isCircumstantial(int status) {
    return status == 101 || status == 401 || status == 406 || status == 429 || status == 503;
}

bool isQueryPath(std::string_view path) { return path == "/query-stream" || path == "/query"; }

/// What the server answers better itself than any recording does: it knows what runs.
bool isLive(const Request& request, const Question& question) {
    const std::string path = request.path();
    if (path == "/close-query" || path == "/inserts-stream") return true;
    if (path == "/query-stream" && request.version == "HTTP/1.0") return true;
    return path == "/ksql" && equalIgnoringCase(question.statement.substr(0, 10), "TERMINATE ");
}

}  // namespace

struct Player::Library {
    struct Entry {
        Recording recording;
        Question question;
        std::optional<Form> form;
        Script script;
    };
    std::vector<Entry> entries;

    const Entry* find(const Request& request) const;
};

Player::Player(std::vector<Recording> recordings, PlayOptions options)
    : options_(std::move(options)) {
    auto library = std::make_shared<Library>();
    std::sort(recordings.begin(), recordings.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
    for (auto& recording : recordings) {
        const auto type = findHeader(recording.response.headers, "content-type");
        library->entries.push_back({recording, questionOf(recording.asRequest()),
                                    type ? formOf(recording.request.path, *type) : std::nullopt,
                                    play(recording, options_)});
    }
    library_ = std::move(library);
}

const Player::Library::Entry* Player::Library::find(const Request& request) const {
    const Question question = questionOf(request);
    if (isLive(request, question)) return nullptr;
    const bool isQuery = isQueryPath(request.path());
    const auto accept = request.header("Accept");
    const auto form = negotiatedForm(request.path(), accept);
    if (isQuery ? !form : !acceptsJson(accept)) return nullptr;

    // The least rank is the best; among equals the first in the order of names.
    using Rank = std::tuple<bool, bool, bool, bool, bool>;
    const Entry* best = nullptr;
    Rank bestRank;
    for (const auto& entry : entries) {
        const auto& recorded = entry.recording;
        if (recorded.request.method != request.method || recorded.request.path != request.target ||
            entry.question.statement != question.statement ||
            isCircumstantial(recorded.response.status)) {
            continue;
        }
        const bool otherAccept = findHeader(recorded.request.headers, "accept") != accept;
        // Refusals have no form.
        const bool otherForm = isQuery && entry.form && entry.form != form;
        if (otherForm && otherAccept) continue;
        const bool otherSettings = entry.question.settings != question.settings;
        const bool refused = otherSettings && recorded.response.status >= 300;
        const Rank rank{otherForm, otherSettings, refused, recorded.request.version == "HTTP/2",
                        otherAccept};
        if (best == nullptr || rank < bestRank) {
            best = &entry;
            bestRank = rank;
        }
    }
    return best;
}

const Recording* Player::choose(const Request& request) const {
    const auto* entry = library_->find(request);
    return entry == nullptr ? nullptr : &entry->recording;
}

const Recording& Player::named(std::string_view name) const {
    for (const auto& entry : library_->entries) {
        if (entry.recording.name == name) return entry.recording;
    }
    throw std::out_of_range("no recording " + std::string(name));
}

Script Player::script() const {
    return [library = library_](Exchange& exchange) {
        const auto* entry = library->find(exchange.request());
        if (entry == nullptr) {
            exchange.pass();
        } else if (entry->recording.request.path == "/info") {
            const auto& recording = entry->recording;
            Headers headers = recording.response.headers;
            std::erase_if(headers, [](const auto& header) {
                return equalIgnoringCase(header.first, "content-length");
            });
            headers.emplace_back("Server", "ksqldb-local-server");
            exchange.respond(recording.response.status, recording.responseBody(), headers);
        } else {
            entry->script(exchange);
        }
    };
}

}  // namespace ksqldb::server
