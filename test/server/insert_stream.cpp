// How one insert stream is answered.

#include "inserts.h"
#include "json.h"

#include <algorithm>
#include <cctype>
#include <stdexcept>
#include <utility>

namespace ksqldb::server {

namespace {

/// What ksqlDB says of a first line that is no JSON.
std::string noJson(const std::string& line, const char* reason) {
    const auto isLetter = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; };
    const auto end = std::find_if_not(line.begin(), line.end(), isLetter);
    std::string message = "Invalid JSON in request: ";
    if (end == line.begin() || std::isdigit(static_cast<unsigned char>(line.front())) != 0) {
        return message + reason;
    }
    const std::string token(line.begin(), end);
    return message + "Unrecognized token '" + token +
           "': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or "
           "'false')\n at [Source: (byte[])\"" +
           line + "\"; line: 1, column: " + std::to_string(token.size() + 1) + ']';
}

}  // namespace

class InsertStream {
public:
    InsertStream(Exchange& exchange, Inserts& inserts, const std::optional<InsertFaults>& faults)
        : exchange_(exchange), inserts_(inserts), scriptsFaults_(faults) {}

    void run() {
        const auto form = negotiatedForm("/inserts-stream", exchange_.request().header("Accept"));
        if (!form) return exchange_.respond(406);
        json_ = form == Form::JsonArray;
        const auto arguments = exchange_.readLine();
        if (!arguments) {
            // A real server does not answer either.
            exchange_.stall();
            return;
        }
        inserts_.keepArguments(*arguments);
        const auto refused = readArguments(*arguments);
        if (refused) return exchange_.respond(400, genericError(refused->code, refused->message));
        faults_ = scriptsFaults_ ? *scriptsFaults_ : inserts_.faults(name_);
        if (!faults_.lateHead) exchange_.head(200);
        if (!answersRows()) return;
        finish();
    }

private:
    std::optional<InsertRefusal> readArguments(const std::string& line) {
        rapidjson::Document document;
        document.Parse<rapidjson::kParseIterativeFlag>(line.data(), line.size());
        if (document.HasParseError()) {
            return InsertRefusal{
                40000, noJson(line, rapidjson::GetParseError_En(document.GetParseError()))};
        }
        const auto* target = member(document, "target");
        if (target == nullptr || !target->IsString()) {
            return InsertRefusal{
                40000,
                missingProperty("target", line, "io.confluent.ksql.rest.entity.InsertsStreamArgs")};
        }
        const std::string text(textMember(document, "target"));
        try {
            name_ = identifierName(text);
        } catch (const std::invalid_argument&) {
            return InsertRefusal{40001, "Invalid target name: " + text};
        }
        const auto source = inserts_.source(name_);
        if (!source) {
            return InsertRefusal{
                40001, "Cannot insert values into an unknown stream/table: `" + name_ + '`'};
        }
        if (source->windowed) {
            return InsertRefusal{40001, "Cannot insert values into windowed stream/table"};
        }
        source_ = *source;
        return std::nullopt;
    }

    /// False when the answer is over.
    bool answersRows() {
        for (std::int64_t row = 0;; ++row) {
            if (!isGoingOn()) return false;
            const auto line = exchange_.readLine();
            if (!line) return true;
            auto refusal = inserts_.refusalOfNext(name_);
            if (!refusal) refusal = refusalOf(*line, source_);
            if (faults_.refuse && faults_.refuse->row == row) refusal = faults_.refuse->with;
            if (refusal) {
                flushReversed();
                refuse(row, *refusal);
                finish();
                return false;
            }
            inserts_.keepRow(name_, *line);
            waiting_.push_back(row);
            if (waiting_.size() >= faults_.reversedBy) flushReversed();
        }
    }

    /// Whether nothing has gone wrong yet on purpose.
    bool isGoingOn() {
        const auto reached = [this](const auto& limit) { return limit && acknowledged_ >= *limit; };
        if (reached(faults_.stopReadingAfter)) {
            flushPart();
            exchange_.stall();
            return false;
        }
        if (reached(faults_.resetAfter)) {
            flushPart();
            exchange_.reset();
            return false;
        }
        if (reached(faults_.closeAfter)) {
            flushPart();
            exchange_.close();
            return false;
        }
        if (reached(faults_.endAfter)) {
            finish();
            return false;
        }
        return true;
    }

    void flushReversed() {
        for (; !waiting_.empty(); waiting_.pop_back()) {
            if (faults_.muteAfter && acknowledged_ >= *faults_.muteAfter) {
                waiting_.clear();
                flushPart();
                return;
            }
            if (faults_.pace.count() > 0) exchange_.pause(faults_.pace);
            const auto odd = faults_.instead.find(waiting_.back());
            if (odd == faults_.instead.end()) {
                acknowledge(waiting_.back());
            } else {
                part_.put(odd->second);
                written();
            }
            ++acknowledged_;
        }
    }

    void acknowledge(std::int64_t row) {
        beginElement();
        part_.Key("seq").Int64(row);
        part_.Key("status").String("ok");
        endElement();
    }
    void refuse(std::int64_t row, const InsertRefusal& refusal) {
        beginElement();
        part_.Key("@type").String("InsertError");
        part_.Key("status").String("error");
        part_.Key("seq").Int64(row);
        part_.Key("message").String(refusal.message);
        part_.Key("error_code").Int(refusal.code);
        endElement();
    }

    void beginElement() {
        if (json_) {
            part_.put(first() ? "[" : ",");
        } else if (faults_.noLineEndAtEnd && !first()) {
            part_.put("\n");
        }
        part_.StartObject();
    }
    bool first() { return std::exchange(first_, false); }
    void endElement() {
        part_.EndObject();
        if (!json_ && !faults_.noLineEndAtEnd) part_.put("\n");
        written();
    }
    void written() {
        if (++inPart_ >= faults_.acksPerPart || !exchange_.hasLine()) flushPart();
    }

    void flushPart() {
        sendHead();
        const std::string_view part = part_.text();
        const std::size_t size = faults_.maxPartSize == 0 ? part.size() : faults_.maxPartSize;
        for (std::size_t at = 0; at < part.size(); at += size) {
            exchange_.chunk(part.substr(at, size));
        }
        part_.clear();
        inPart_ = 0;
    }

    void sendHead() {
        if (faults_.lateHead && !std::exchange(headSent_, true)) exchange_.head(200);
    }

    void finish() {
        flushReversed();
        flushPart();
        if (faults_.muteAfter && acknowledged_ >= *faults_.muteAfter) {
            exchange_.stall();
            return;
        }
        if (json_) exchange_.chunk(first() ? "[]" : "]");
        exchange_.lastChunk();
    }

    Exchange& exchange_;
    Inserts& inserts_;
    const std::optional<InsertFaults>& scriptsFaults_;
    InsertFaults faults_;
    std::string name_;
    Source source_;
    bool json_ = false;
    bool headSent_ = false;
    bool first_ = true;                  // of the answer's elements
    std::vector<std::int64_t> waiting_;  // rows to be acknowledged
    std::int64_t acknowledged_ = 0;
    JsonWriter part_;
    std::size_t inPart_ = 0;
};

void Inserts::answer(Exchange& exchange, const std::optional<InsertFaults>& faults) {
    InsertStream(exchange, *this, faults).run();
}

}  // namespace ksqldb::server
