#pragma once
#include "transport/response_handler.h"

#include <ksqldb/error.h>

#include <exception>
#include <optional>
#include <string_view>

namespace ksqldb::client {

/// What an attempt's handler knows besides how the transfer ended.
struct AttemptFindings {
    std::optional<Error> error;  ///< the handler's own reason to end it
    std::string_view errorBody;  ///< of an answer whose status is not 200
};

/// How an attempt ended as an Error; none: a whole answer of status 200, in which the handler found
/// nothing wrong. What we or the server found wrong comes first: a transfer that then fails as well
/// adds nothing. Cancelled and Closed are Errors here, too.
std::optional<Error> errorOf(const transport::TransferEnd& end, const AttemptFindings& findings);

/// What ended an attempt, with what the end of its transfer adds to it.
Error withEnd(const Error& error, const transport::TransferEnd& end);

/// What an exception of the application's or the library's own comes to: an Error as it is, others
/// with their text.
Error errorOf(const std::exception_ptr& exception);

/// For a call that a Client refuses because it is closed, or closing.
Error clientClosed();

/// What says that an answer cannot be read, for it is compressed, for example.
std::optional<Error> unwantedEncoding(const transport::ResponseHead& head);

}  // namespace ksqldb::client
