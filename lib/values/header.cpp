#include <ksqldb/header.h>

#include <utility>

namespace ksqldb {

struct Header::Data {
    std::optional<std::string> queryId;
    Schema schema;
};

Header::Header() : data_(std::make_shared<const Data>()) {}
Header::Header(std::optional<std::string> queryId, Schema schema)
    : data_(std::make_shared<const Data>(Data{std::move(queryId), std::move(schema)})) {}

const std::optional<std::string>& Header::queryId() const noexcept { return data_->queryId; }
const Schema& Header::schema() const noexcept { return data_->schema; }

}  // namespace ksqldb
