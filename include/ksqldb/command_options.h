#pragma once
#include <ksqldb/cancel.h>
#include <ksqldb/export.h>
#include <ksqldb/options.h>

#include <cstdint>
#include <memory>
#include <string>

namespace ksqldb {

/// @addtogroup statements
/// @{

namespace detail {
struct CommandSettings;
}  // namespace detail

/// Options of one execute(). What is not set comes from the ClientOptions.
/// Errors: the call throws Error(InvalidArgument) for what cannot be right. *reentrant*
class KSQLDB_API CommandOptions {
public:
    CommandOptions();
    CommandOptions(const CommandOptions& other);
    CommandOptions(CommandOptions&& other) noexcept;
    CommandOptions& operator=(CommandOptions other) noexcept;
    ~CommandOptions();

    /// Sets a property of ksqlDB's for the command's statements.
    CommandOptions& property(std::string name, PropertyValue value);
    /// Sets the text that the server puts in the place of `${name}` in the command's statements.
    CommandOptions& sessionVariable(std::string name, std::string value);
    /// Sends one more HTTP header with each of the command's requests, as
    /// ClientOptions::requestHeader() does, whose it replaces.
    CommandOptions& requestHeader(std::string name, std::string value);
    /// As in ClientOptions, for this command.
    CommandOptions& connectTimeout(milliseconds limit);
    CommandOptions& requestTimeout(milliseconds limit);  ///< as in ClientOptions
    CommandOptions& timeout(milliseconds limit);         ///< for all requests together
    /// Lets the token's CancelSource cancel the command.
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

/// @}

}  // namespace ksqldb
