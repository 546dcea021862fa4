#include "numbered_source.h"

#include "json.h"
#include "own_answers.h"
#include "push_token.h"
#include "query_answer.h"

#include <algorithm>
#include <cctype>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>

namespace ksqldb::server {

namespace {

std::vector<Source::Column> columnsOf(const NumberedOptions& options) {
    if (options.columns.empty())
        return parsedColumns(options.keys == 0 ? "N BIGINT" : "K STRING KEY, N BIGINT");
    std::string text;
    for (const auto& [name, type] : options.columns)
        text += (text.empty() ? "`" : ", `") + name + "` " + type;
    return parsedColumns(text);
}

bool isTrue(const Request& request, std::string_view property) {
    return request.property(property) == "true";
}

}  // namespace

class NumberedSource::State {
public:
    explicit State(const NumberedOptions& options)
        : options_(options), columns_(columnsOf(options)) {}

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
            pull(QueryAnswer(exchange, *form, QueryAnswer::Kind::Pull));
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

    /// `json` is memory for this row and the next.
    void bringRow(QueryAnswer& answer, std::uint64_t number, JsonWriter& json) const {
        if (options_.row) return answer.row(options_.row(number));
        json.clear();
        json.StartArray();
        if (options_.keys != 0) json.String("k" + std::to_string(number % options_.keys));
        json.Uint64(number);
        json.EndArray();
        answer.row(json.text());
    }

    void pull(QueryAnswer answer) const {
        const std::uint64_t end = size();
        const std::uint64_t begin = options_.keys == 0 ? 0 : end - std::min(end, options_.keys);
        answer.header("query_1795465140000", columns_, end - begin);
        JsonWriter json;
        for (std::uint64_t number = begin; number < end; ++number) bringRow(answer, number, json);
        answer.end();
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
            const auto offset = pushTokenEnd(*token);
            if (!offset)
                return refuse(exchange, 400,
                              statementError(40001, "Couldn't decode push offset range token",
                                             request.sql()));
            next = *offset;
        }
        const std::string id = isScalable ? scalablePushQueryId() : newId();
        const auto running = exchange.running(id, isScalable ? Closable::No : Closable::Yes);
        QueryAnswer answer(exchange, form,
                           isScalable ? QueryAnswer::Kind::ScalablePush : QueryAnswer::Kind::Push);
        answer.header(id, columns_);
        noteBegin();
        // A server that stops ends it at once.
        if (!exchange.ended()) bring(exchange, answer, next, sendsTokens);
        if (exchange.ended()) answer.end();
    }

    /// From this row on, until somebody ends the query.
    void bring(Exchange& exchange, QueryAnswer& answer, std::uint64_t next, bool sendsTokens) {
        std::uint64_t tokenAt = next;
        JsonWriter json;
        while (true) {
            const Now here = now();
            for (; next < here.size; ++next) {
                bringRow(answer, next, json);
                if (!sendsTokens || (next + 1) % options_.rowsPerToken != 0) continue;
                answer.token(pushToken(tokenAt, next + 1));
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
    const std::vector<Source::Column> columns_;
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
