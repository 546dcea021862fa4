#pragma once
#include <string>
#include <string_view>
#include <utility>

namespace ksqldb {

/// One SQL statement. The text goes to the server byte for byte, so it ends with `;`. *reentrant*
class Statement {
public:
    Statement(const char* sql) : sql_(sql) {}
    Statement(std::string_view sql) : sql_(sql) {}
    Statement(std::string sql) : sql_(std::move(sql)) {}

    const std::string& sql() const noexcept { return sql_; }

private:
    std::string sql_;
};

}  // namespace ksqldb
