#include "player.h"

#include "json.h"
#include "statement.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>

namespace ksqldb::server {

namespace {

/// What tells requests apart besides their path: the statement, or else the whole body, and
/// what accompanies it.
struct Question {
    std::string statement;                // as statements are compared
    bool ended = false;                   // by a `;`
    std::array<std::string, 3> settings;  // JSON texts with sorted names
    std::string sequenceNumber;           // the command that has to be executed before

    bool hasSettings() const { return settings != decltype(settings){}; }
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
    const std::string sql = request.sql();
    question.statement = comparableStatement(sql);
    question.ended = isEnded(sql);
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
    if (const auto* number = member(document, "commandSequenceNumber")) {
        question.sequenceNumber = toText(*number);
    }
    return question;
}

/// Answers that tell about the server's state or about who asked, not about the statement.
bool isCircumstantial(int status) {
    constexpr std::array all{0, 101, 401, 406, 414, 429, 431, 503};
    return std::find(all.begin(), all.end(), status) != all.end();
}

/// Recordings of servers in an unusual state: the last choice.
bool isUnusual(std::string_view name) {
    const auto group = name.substr(0, name.find('/'));
    return group == "cluster" || group == "faults" || group == "limits";
}

bool isQueryPath(std::string_view path) { return path == "/query-stream" || path == "/query"; }

/// What the server answers better itself than any recording does: it knows what runs.
bool isLive(const Request& request, const Question& question) {
    const std::string path = request.path();
    if (path == "/close-query" || path == "/inserts-stream") return true;
    if (path == "/query-stream" && request.version == "HTTP/1.0") return true;
    // Of persistent queries it knows nothing.
    constexpr std::array<std::string_view, 2> live{"terminate transient_", "terminate`transient_"};
    return path == "/ksql" && std::any_of(live.begin(), live.end(), [&](std::string_view begin) {
               return question.statement.rfind(begin, 0) == 0;
           });
}

std::string lineOf(const Recording& recording) {
    const Request request = recording.asRequest();
    const std::string statement = normalizedSpace(request.sql());
    return request.method + ' ' + request.target + (statement.empty() ? "" : "  ") + statement;
}

}  // namespace

struct Player::Entry {
    explicit Entry(Recording&& from, const PlayOptions& options)
        : recording(std::move(from)),
          question(questionOf(recording.asRequest())),
          script(play(recording, options)) {
        const auto type = findHeader(recording.response.headers, "content-type");
        if (type) form = formOf(recording.request.path, *type);
    }

    bool isFor(const Request& request, const Question& asked) const {
        return recording.request.method == request.method &&
               recording.request.path == request.target && question.statement == asked.statement &&
               (!isCircumstantial(recording.response.status) || awaitsTheSame(asked));
    }
    /// Both wait for the same command, which never comes.
    bool awaitsTheSame(const Question& asked) const {
        return !asked.sequenceNumber.empty() && asked.sequenceNumber == question.sequenceNumber;
    }
    /// Also where there was no answer.
    bool isRefusal() const {
        return recording.response.status >= 300 || recording.response.status == 0;
    }

    Recording recording;
    Question question;
    std::optional<Form> form;
    Script script;
};

struct Player::Library {
    std::vector<Entry> entries;

    const Entry* find(const Request& request) const;
};

Player::Player(std::vector<Recording> recordings, PlayOptions options) {
    auto library = std::make_shared<Library>();
    std::sort(recordings.begin(), recordings.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
    for (auto& recording : recordings) library->entries.emplace_back(std::move(recording), options);
    library_ = std::move(library);
}

const Player::Entry* Player::Library::find(const Request& request) const {
    const Question question = questionOf(request);
    if (isLive(request, question)) return nullptr;
    const bool isQuery = isQueryPath(request.path());
    const auto accept = request.header("Accept");
    const auto forms = acceptedForms(request.path(), accept);
    if (isQuery ? forms.empty() : !acceptsJson(accept)) return nullptr;
    if (isRefusedPrint(request)) return nullptr;

    // The least rank is the best; among equals the first in the order of names.
    using Rank = std::tuple<bool, bool, std::ptrdiff_t, bool, bool, bool, bool, bool>;
    const Entry* best = nullptr;
    Rank bestRank;
    for (const auto& entry : entries) {
        if (!entry.isFor(request, question)) continue;
        const auto& recorded = entry.recording;
        const bool otherAccept = findHeader(recorded.request.headers, "accept") != accept;
        // Refusals have no form.
        const auto place = isQuery && entry.form
                               ? std::find(forms.begin(), forms.end(), *entry.form) - forms.begin()
                               : 0;
        if (place == std::ssize(forms) && otherAccept && isQuery && entry.form) continue;
        const bool otherEnd = entry.question.ended != question.ended;
        const bool otherSettings = entry.question.settings != question.settings;
        // What was refused for a missing `;` or for its settings is fine without.
        if (entry.isRefusal() && (otherEnd || (otherSettings && entry.question.hasSettings()))) {
            continue;
        }
        const Rank rank{otherEnd,
                        entry.question.sequenceNumber != question.sequenceNumber,
                        place,
                        otherSettings,
                        otherSettings && entry.isRefusal(),
                        isUnusual(recorded.name),
                        recorded.request.version == "HTTP/2",
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

std::vector<std::string> Player::listing() const {
    struct Line {
        std::string text;
        std::set<std::string> forms;
    };
    std::map<std::string, Line> lines;  // by what is the same request
    for (const auto& entry : library_->entries) {
        const auto& request = entry.recording.request;
        if (isCircumstantial(entry.recording.response.status)) continue;
        if (isLive(entry.recording.asRequest(), entry.question)) continue;
        auto& line = lines[request.path + ' ' + request.method + ' ' + entry.question.statement +
                           (entry.question.ended ? ";" : "")];
        if (line.text.empty()) line.text = lineOf(entry.recording);
        if (isQueryPath(request.path) && entry.form) line.forms.emplace(nameOf(*entry.form));
        if (entry.isRefusal()) {
            line.forms.insert("refused: " + std::to_string(entry.recording.response.status));
        }
    }
    std::vector<std::string> result;
    for (const auto& [key, line] : lines) {
        std::string forms;
        for (const auto& form : line.forms) forms += (forms.empty() ? "  (" : ", ") + form;
        result.push_back(line.text + forms + (forms.empty() ? "" : ")"));
    }
    return result;
}

std::string Player::hint(const Request& request) const {
    const Question question = questionOf(request);
    std::set<std::string> forms;
    std::set<std::string> settings;
    std::set<std::string> statements;
    std::string otherPath;
    for (const auto& entry : library_->entries) {
        const Request recorded = entry.recording.asRequest();
        if (entry.isFor(request, question)) {
            if (entry.form) forms.emplace(nameOf(*entry.form));
            for (const auto& setting : entry.question.settings) {
                if (!setting.empty()) settings.insert(normalizedSpace(setting));
            }
        } else if (entry.question.statement == question.statement && !entry.isRefusal()) {
            otherPath = recorded.path();
        } else if (recorded.path() == request.path() && !entry.isRefusal()) {
            statements.insert(normalizedSpace(recorded.sql()));
        }
    }
    const auto joined = [](const auto& texts, const char* separator) {
        std::string all;
        for (const auto& text : texts) all += (all.empty() ? "" : separator) + text;
        return all;
    };
    if (!forms.empty()) {
        return "It is recorded, but not in a form that this Accept header allows. Recorded: " +
               joined(forms, ", ") + '.';
    }
    if (!settings.empty()) {
        return "It is recorded, but with other properties. Recorded: " + joined(settings, "; ") +
               '.';
    }
    if (!otherPath.empty()) return "It is recorded, but for " + otherPath + '.';
    const auto near = nearest(request.sql(), {statements.begin(), statements.end()}, 3);
    if (near.empty()) return "ksqldb-local-server --list shows what is recorded.";
    return "Recorded are, nearest to it:\n" + joined(near, "\n");
}

Script Player::script() const {
    return [player = *this](Exchange& exchange) {
        const auto* entry = player.library_->find(exchange.request());
        if (entry == nullptr) {
            exchange.pass(exchange.request().sql().empty() ? "" : player.hint(exchange.request()));
            return;
        }
        exchange.note(entry->recording.name);
        if (entry->recording.request.path == "/info") {
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
