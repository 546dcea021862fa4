#include <ksqldb/header.h>

#include <ostream>
#include <utility>

namespace ksqldb {

struct Header::Data {
    std::optional<std::string> queryId;
    Schema schema;
};

Header::Header() : data_(std::make_shared<const Data>()) {}
Header::Header(std::optional<std::string> queryId, Schema schema)
    : data_(std::make_shared<const Data>(Data{std::move(queryId), std::move(schema)})) {}

const std::optional<std::string>& Header::queryId() const& noexcept { return data_->queryId; }
const Schema& Header::schema() const& noexcept { return data_->schema; }

std::string Ending::toString() const {
    std::string out(ksqldb::toString(kind_));
    if (error_) out.append(": ").append(error_->what());
    return out;
}

std::string_view toString(Ending::Kind kind) noexcept {
    switch (kind) {
        case Ending::Kind::Finished:
            return "Finished";
        case Ending::Kind::LimitReached:
            return "LimitReached";
        case Ending::Kind::Cancelled:
            return "Cancelled";
        case Ending::Kind::Failed:
            return "Failed";
    }
    return "?";
}

std::ostream& operator<<(std::ostream& out, Ending::Kind kind) { return out << toString(kind); }
std::ostream& operator<<(std::ostream& out, const Ending& ending) {
    return out << ending.toString();
}

}  // namespace ksqldb
