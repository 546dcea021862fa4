#include <ksqldb/stream_event.h>

#include <ostream>

namespace ksqldb {

std::string StreamEvent::toString() const {
    std::string text(ksqldb::toString(kind));
    if (kind == Kind::Waiting)
        text += " " + std::to_string(delay.count()) + " ms for attempt " + std::to_string(attempt);
    if (kind == Kind::Resumed && queryId) text += " as query " + *queryId;
    if (kind == Kind::Resumed && rowsAfterToken > 0)
        text += ", up to " + std::to_string(rowsAfterToken) + " rows come again";
    if (error) text += std::string(": ") + error->what();
    return text;
}

std::string_view toString(StreamEvent::Kind kind) noexcept {
    switch (kind) {
        case StreamEvent::Kind::Disconnected:
            return "Disconnected";
        case StreamEvent::Kind::Waiting:
            return "Waiting";
        case StreamEvent::Kind::Resumed:
            return "Resumed";
        case StreamEvent::Kind::Gap:
            return "Gap";
    }
    return "?";
}

std::string_view toString(ResumeFrom where) noexcept {
    switch (where) {
        case ResumeFrom::Latest:
            return "Latest";
        case ResumeFrom::SkipSeen:
            return "SkipSeen";
        case ResumeFrom::Beginning:
            return "Beginning";
    }
    return "?";
}

std::ostream& operator<<(std::ostream& out, StreamEvent::Kind kind) {
    return out << toString(kind);
}
std::ostream& operator<<(std::ostream& out, ResumeFrom where) { return out << toString(where); }
std::ostream& operator<<(std::ostream& out, const StreamEvent& event) {
    return out << event.toString();
}

}  // namespace ksqldb
