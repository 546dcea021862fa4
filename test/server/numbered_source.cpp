#include "numbered_source.h"

#include "base64.h"
#include "json.h"
#include "own_answers.h"

#include <algorithm>
#include <cctype>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <optional>
#include <random>
#include <string_view>
#include <utility>

namespace ksqldb::server {

namespace {

bool isTrue(const Request& request, std::string_view property) {
    return request.property(property) == "true";
}

/// {"s":{"o":[…]},"e":{"o":[…]},"v":0}: the offsets at the begin and the end of what came.
std::string tokenOf(std::uint64_t begin, std::uint64_t end) {
    return toBase64("{\"s\":{\"o\":[" + std::to_string(begin) + "]},\"e\":{\"o\":[" +
                    std::to_string(end) + "]},\"v\":0}");
}

/// The end in a token, which is a JSON text.
std::optional<std::uint64_t> offsetIn(const std::string& jsonText) {
    rapidjson::Document text;
    text.Parse(jsonText.data(), jsonText.size());
    if (text.HasParseError() || !text.IsString()) return std::nullopt;
    const auto bytes = fromBase64({text.GetString(), text.GetStringLength()});
    if (!bytes) return std::nullopt;
    rapidjson::Document token;
    token.Parse(bytes->data(), bytes->size());
    if (token.HasParseError()) return std::nullopt;
    const auto* end = member(token, "e");
    const auto* offsets = end == nullptr ? nullptr : member(*end, "o");
    if (offsets == nullptr || !offsets->IsArray() || offsets->Size() != 1 ||
        !(*offsets)[0].IsUint64())
        return std::nullopt;
    return (*offsets)[0].GetUint64();
}

/// A random UUID.
std::string uuid() {
    thread_local std::mt19937_64 random(std::random_device{}());
    const auto high = random();
    const auto low = random();
    char text[37];
    std::snprintf(text, sizeof text, "%08x-%04x-4%03x-a%03x-%012llx",
                  static_cast<unsigned>(high >> 32), static_cast<unsigned>(high >> 16 & 0xffff),
                  static_cast<unsigned>(high & 0xfff), static_cast<unsigned>(low >> 52),
                  static_cast<unsigned long long>(low & 0xffffffffffff));
    return text;
}

/// The elements of an answer, a chunk each, in the form that was asked for.
class Elements {
public:
    Elements(Exchange& exchange, Form form) : exchange_(exchange), form_(form) {}

    void header(const std::string& id, bool isTable) {
        const bool isDelimited = form_ == Form::Delimited;
        exchange_.head(200, {{"content-type", isDelimited ? "application/vnd.ksqlapi.delimited.v1"
                                                          : "application/vnd.ksql.v1+json"}});
        if (isDelimited)
            exchange_.chunk("{\"queryId\":\"" + id + "\",\"columnNames\":[" +
                            (isTable ? R"("K","N"],"columnTypes":["STRING","BIGINT"]})"
                                     : R"("N"],"columnTypes":["BIGINT"]})") +
                            "\n");
        else
            exchange_.chunk("[{\"header\":{\"queryId\":\"" + id + R"(","schema":")" +
                            (isTable ? "`K` STRING, " : "") + "`N` BIGINT\"}},\n");
    }
    void row(const std::string& values) {
        exchange_.chunk(form_ == Form::Delimited ? values + "\n"
                                                 : "{\"row\":{\"columns\":" + values + "}},\n");
    }
    void token(const std::string& token) {
        const std::string plain = "{\"continuationToken\":\"" + token + "\"}";
        exchange_.chunk(form_ == Form::Delimited ? plain + "\n"
                                                 : "{\"continuationToken\":" + plain + "},\n");
    }
    void end() { exchange_.endQuery(form_); }

private:
    Exchange& exchange_;
    const Form form_;
};

}  // namespace

class NumberedSource::State {
public:
    explicit State(const NumberedOptions& options) : options_(options) {}

    void grow(std::size_t rows) {
        std::shared_ptr<Event> grown = std::make_shared<Event>();
        {
            std::lock_guard lock(mutex_);
            size_ += rows;
            grown.swap(grown_);
        }
        grown->set();
    }
    std::uint64_t size() const {
        std::lock_guard lock(mutex_);
        return size_;
    }
    std::size_t begunQueries() const {
        std::lock_guard lock(mutex_);
        return begun_;
    }
    bool waitForBegunQueries(std::size_t count, std::chrono::milliseconds timeout) const {
        std::unique_lock lock(mutex_);
        return begunChanged_.wait_for(lock, timeout, [&] { return begun_ >= count; });
    }

    void answer(Exchange& exchange) {
        const Request& request = exchange.request();
        const auto form = negotiatedForm(request.path(), request.header("Accept"));
        if (form != Form::Delimited && form != Form::StreamedRow) return exchange.respond(406);
        std::string sql = normalizedSpace(request.sql());
        std::transform(sql.begin(), sql.end(), sql.begin(),
                       [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
        if (sql.find(" EMIT CHANGES") == std::string::npos)
            pull(Elements(exchange, *form));
        else
            push(exchange, *form);
    }

private:
    struct Now {
        std::uint64_t size;
        std::shared_ptr<Event> grown;  // happens when that is no longer all
    };
    Now now() const {
        std::lock_guard lock(mutex_);
        return {size_, grown_};
    }

    std::string row(std::uint64_t number) const {
        const std::string n = std::to_string(number);
        if (options_.keys == 0) return "[" + n + "]";
        return "[\"k" + std::to_string(number % options_.keys) + "\"," + n + "]";
    }

    void pull(Elements elements) const {
        const std::uint64_t end = size();
        const std::uint64_t begin = options_.keys == 0 ? 0 : end - std::min(end, options_.keys);
        elements.header("query_1795465140000", options_.keys != 0);
        for (std::uint64_t number = begin; number < end; ++number) elements.row(row(number));
        elements.end();
    }

    void push(Exchange& exchange, Form form) {
        const Request& request = exchange.request();
        const bool isEarliest = request.property("auto.offset.reset") == "\"earliest\"";
        const bool isScalable = isTrue(request, "ksql.query.push.v2.enabled") && !isEarliest;
        const bool sendsTokens =
            isScalable && isTrue(request, "ksql.query.push.v2.continuation.tokens.enabled");
        std::uint64_t next = isEarliest ? 0 : size();
        if (const auto token =
                request.requestProperty("request.ksql.query.push.continuation.token");
            token && sendsTokens) {
            const auto offset = offsetIn(*token);
            if (!offset)
                return refuse(exchange, 400,
                              statementError(40001, "Couldn't decode push offset range token",
                                             request.sql()));
            next = *offset;
        }
        const std::string id = isScalable ? "SCALABLE_PUSH_QUERY_" + uuid() : newId();
        const auto running = exchange.running(id, isScalable ? Closable::No : Closable::Yes);
        Elements elements(exchange, form);
        elements.header(id, options_.keys != 0);
        noteBegin();
        // A server that stops ends it at once.
        if (!exchange.ended()) bring(exchange, elements, next, sendsTokens);
        if (exchange.ended()) elements.end();
    }

    /// From this row on, until somebody ends the query.
    void bring(Exchange& exchange, Elements& elements, std::uint64_t next, bool sendsTokens) {
        std::uint64_t tokenAt = next;
        while (true) {
            const Now here = now();
            for (; next < here.size; ++next) {
                elements.row(row(next));
                if (!sendsTokens || (next + 1) % options_.rowsPerToken != 0) continue;
                elements.token(tokenOf(tokenAt, next + 1));
                tokenAt = next + 1;
            }
            if (exchange.waitFor(*here.grown) != Woke::Happened) return;
        }
    }

    std::string newId() {
        std::lock_guard lock(mutex_);
        return "transient_" + options_.name + '_' + std::to_string(++ids_);
    }
    void noteBegin() {
        std::lock_guard lock(mutex_);
        ++begun_;
        begunChanged_.notify_all();
    }

    const NumberedOptions options_;
    mutable std::mutex mutex_;
    mutable std::condition_variable begunChanged_;
    std::uint64_t size_ = 0;
    std::shared_ptr<Event> grown_ = std::make_shared<Event>();
    std::uint64_t ids_ = 0;
    std::size_t begun_ = 0;
};

NumberedSource::NumberedSource(const NumberedOptions& options)
    : state_(std::make_shared<State>(options)) {}

void NumberedSource::grow(std::size_t rows) { state_->grow(rows); }

std::uint64_t NumberedSource::size() const { return state_->size(); }

std::size_t NumberedSource::begunQueries() const { return state_->begunQueries(); }

bool NumberedSource::waitForBegunQueries(std::size_t count,
                                         std::chrono::milliseconds timeout) const {
    return state_->waitForBegunQueries(count, timeout);
}

Script NumberedSource::script() const {
    return [state = state_](Exchange& exchange) { state->answer(exchange); };
}

}  // namespace ksqldb::server
