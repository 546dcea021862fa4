#include "exchange.h"

#include "server_state.h"
#include "statement.h"
#include "stream.h"

#include <algorithm>
#include <exception>

namespace ksqldb::server {

Exchange::Exchange(const Request& request, Stream& stream, ServerState& state)
    : request_(request),
      stream_(stream),
      state_(state),
      journaled_(state.journal.add(request)),
      unread_(request.body) {}

Exchange::~Exchange() {
    try {
        answering("no answer");
    } catch (const std::exception&) {
        // A line less.
    }
}

std::optional<std::string> Exchange::readLine() {
    while (!hasLine()) {
        if (takeMore()) continue;
        if (read_ == unread_.size()) return std::nullopt;
        std::string rest = unread_.substr(read_);
        read_ = searched_ = unread_.size();
        return rest;
    }
    const std::size_t end = unread_.find('\n', searched_);
    std::string line = unread_.substr(read_, end - read_);
    read_ = searched_ = end + 1;
    return line;
}

std::optional<std::string> Exchange::readPart() {
    while (read_ == unread_.size()) {
        if (!takeMore()) return std::nullopt;
    }
    std::string part = unread_.substr(read_);
    read_ = searched_ = unread_.size();
    return part;
}

std::string Exchange::readBody() {
    std::string body;
    while (const auto part = readPart()) body += *part;
    return body;
}

bool Exchange::hasLine() {
    while (true) {
        const std::size_t end = unread_.find('\n', searched_);
        if (end != std::string::npos) {
            searched_ = end;
            return true;
        }
        searched_ = unread_.size();
        if (!stream_.bodyReady() || !takeMore()) return false;
    }
}

Woke Exchange::waitForBody(std::chrono::milliseconds timeout) {
    if (read_ < unread_.size()) return Woke::Happened;
    return wait(Stream::Clock::now() + timeout, [this] { return stream_.bodyReady(); });
}

bool Exchange::takeMore() {
    if (stream_.wait(Stream::Clock::time_point::max(), [this] { return stream_.bodyReady(); }) ==
        Waking::PeerClosed) {
        throw ConnectionEnded();
    }
    const std::string more = stream_.takeBody();
    if (more.empty()) return false;
    state_.journal.append(journaled_, more);
    unread_.erase(0, read_);
    searched_ -= read_;
    read_ = 0;
    unread_ += more;
    return true;
}

void Exchange::head(int status, const Headers& headers, bool chunked) {
    if (faults_.beforeHead) breakOff();
    answering(std::to_string(status));
    stream_.head(status, headers, chunked);
    if (faults_.afterParts == 0 && !faults_.inPart) breakOff();
}

void Exchange::chunk(std::string_view bytes) {
    if (bytes.empty()) return;
    if (faults_.afterParts == parts_ && faults_.inPart) {
        if (bytes.size() > 1) part(bytes.substr(0, bytes.size() / 2));
        breakOff();
    }
    part(bytes);
    if (++parts_ == faults_.afterParts && !faults_.inPart) breakOff();
}

void Exchange::part(std::string_view bytes) {
    if (faults_.trickle == 0) return stream_.part(bytes);
    for (; !bytes.empty(); bytes.remove_prefix(std::min(bytes.size(), faults_.trickle))) {
        stream_.part(bytes.substr(0, faults_.trickle));
        // Not the end of a query: its rows are to be whole.
        if (stream_.wait(Stream::Clock::now() + faults_.pace, [] { return false; }) ==
            Waking::PeerClosed) {
            throw ConnectionEnded();
        }
    }
}

void Exchange::breakOff() {
    switch (faults_.how) {
        case AnswerFaults::End::Reset:
            reset();
            break;
        case AnswerFaults::End::ResetConnection:
            resetConnection();
            break;
        case AnswerFaults::End::Close:
            close(TlsEnd::Cut);
            break;
        case AnswerFaults::End::Stall:
            waitForClientClose();
            break;
    }
    throw ConnectionEnded();
}

void Exchange::lastChunk() { stream_.end(); }

void Exchange::respond(int status, std::string_view body, const Headers& headers) {
    if (faults_.beforeHead || faults_.afterParts || faults_.trickle > 0) {
        Headers all = headers;
        all.emplace_back("content-length", std::to_string(body.size()));
        head(status, all, false);
        chunk(body);
        return stream_.end();
    }
    answering(std::to_string(status));
    stream_.whole(status, body, headers);
}

void Exchange::send(std::string_view bytes, std::string_view as) {
    if (!as.empty()) answering(as);
    stream_.raw(bytes);
}

void Exchange::reset(std::uint32_t code) {
    answering("reset");
    stream_.reset(code);
}

void Exchange::resetConnection() {
    answering("connection reset");
    stream_.resetConnection();
}

void Exchange::close(TlsEnd end) {
    answering("closed");
    stream_.close(end);
}

Woke Exchange::pause(std::chrono::milliseconds time) {
    return wait(Stream::Clock::now() + time, [] { return false; });
}

Woke Exchange::stall() {
    return wait(Stream::Clock::time_point::max(), [] { return false; });
}

Woke Exchange::waitFor(Event& event, std::chrono::milliseconds timeout) {
    const Event::Listening listening(event, [this] { stream_.nudge(); });
    return wait(Stream::Clock::now() + timeout, [&] { return event.isSet(); });
}

bool Exchange::waitForClientClose(std::chrono::milliseconds timeout) {
    return stream_.wait(Stream::Clock::now() + timeout, [] { return false; }) == Waking::PeerClosed;
}

Woke Exchange::waitUntil(const std::function<bool()>& until) {
    return wait(Stream::Clock::time_point::max(), until);
}

void Exchange::nudge() { stream_.nudge(); }

bool Exchange::hasPart() { return read_ < unread_.size() || stream_.bodyReady(); }

bool Exchange::takesPart() { return stream_.takesPart(); }

RunningQuery Exchange::running(std::string queryId, Closable closable) {
    auto query = state_.queries.add(std::move(queryId), closable, [this] { stream_.nudge(); });
    query_ = query.entry_;
    return query;
}

void Exchange::endQuery(Form form) {
    if (form == Form::StreamedRow || form == Form::Protobuf) {
        chunk(R"({"finalMessage":"Query Completed"})");
    }
    if (form != Form::Delimited) chunk("]");
    lastChunk();
}

void Exchange::pass(std::string hint) {
    passed_ = true;
    if (!hint.empty()) hint_ = std::move(hint);
}

std::uint64_t Exchange::bytesWritten() const { return stream_.written(); }

Woke Exchange::wait(Stream::Clock::time_point deadline, const std::function<bool()>& until) {
    switch (stream_.wait(deadline, [&] { return ended() || until(); })) {
        case Waking::Time:
            return Woke::Time;
        case Waking::PeerClosed:
            return Woke::ClientGone;
        case Waking::Nudged:
            break;
    }
    return ended() ? Woke::QueryEnded : Woke::Happened;
}

void Exchange::answering(std::string_view how) {
    if (std::exchange(answered_, true) || !state_.log) return;
    std::string line =
        request_.method + ' ' + shownTarget_.value_or(request_.target) + ' ' + request_.version;
    const std::string statement = shownSql_ ? *shownSql_ : request_.sql();
    if (!statement.empty()) line += " \"" + shortened(statement, 100) + '"';
    line.append(" -> ").append(how);
    if (!note_.empty()) line += " (" + note_ + ')';
    state_.log(line);
}

}  // namespace ksqldb::server
