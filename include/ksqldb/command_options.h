#pragma once
#include <ksqldb/cancel.h>
#include <ksqldb/export.h>
#include <ksqldb/options.h>

#include <cstdint>
#include <memory>
#include <string>

namespace ksqldb {

namespace detail {
struct CommandSettings;
}  // namespace detail

/// Options for one execution of a command. Client::execute checks them. What is not set comes from
/// the ClientOptions. *reentrant*
class KSQLDB_API CommandOptions {
public:
    CommandOptions();
    CommandOptions(const CommandOptions& other);
    CommandOptions(CommandOptions&& other) noexcept;
    CommandOptions& operator=(CommandOptions other) noexcept;
    ~CommandOptions();

    /// Sends a property with the command's statements.
    CommandOptions& property(std::string name, PropertyValue value);
    /// Sets a variable for `${name}` in the command's statements.
    CommandOptions& sessionVariable(std::string name, std::string value);
    /// Limits as in ClientOptions; timeout() is for the command with all its requests.
    CommandOptions& connectTimeout(milliseconds limit);
    CommandOptions& requestTimeout(milliseconds limit);
    CommandOptions& timeout(milliseconds limit);
    /// Lets a token cancel the command: Error(Cancelled).
    CommandOptions& cancelToken(CancelToken token);
    /// Repeats each of the command's requests that fails. Default: the Client's policy.
    CommandOptions& retry(RetryPolicy policy);
    /// Makes the server first execute the statement that has this number, which is
    /// StatementResult::sequenceNumber. So this command sees what that statement did, on every
    /// server of a cluster. Default: none; see ClientOptions::readOwnWrites().
    CommandOptions& commandSequenceNumber(std::int64_t number);

private:
    friend struct detail::CommandSettings;
    std::unique_ptr<detail::CommandSettings> settings_;
};

}  // namespace ksqldb
