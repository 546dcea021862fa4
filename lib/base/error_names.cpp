#include <ksqldb/error.h>

#include <ostream>

namespace ksqldb {

// Without a default: the compiler then names what is missing.

std::string_view toString(ErrorCode code) noexcept {
    switch (code) {
        case ErrorCode::InvalidArgument:
            return "InvalidArgument";
        case ErrorCode::ClientClosed:
            return "ClientClosed";
        case ErrorCode::WouldDeadlock:
            return "WouldDeadlock";
        case ErrorCode::UsedAfterFork:
            return "UsedAfterFork";
        case ErrorCode::ConcurrentUse:
            return "ConcurrentUse";
        case ErrorCode::Unsupported:
            return "Unsupported";
        case ErrorCode::UnknownColumn:
            return "UnknownColumn";
        case ErrorCode::CallbackThrew:
            return "CallbackThrew";
        case ErrorCode::ExecutorRejected:
            return "ExecutorRejected";
        case ErrorCode::ConnectFailed:
            return "ConnectFailed";
        case ErrorCode::TlsFailed:
            return "TlsFailed";
        case ErrorCode::ConnectionLost:
            return "ConnectionLost";
        case ErrorCode::ProxyRefused:
            return "ProxyRefused";
        case ErrorCode::Http2Required:
            return "Http2Required";
        case ErrorCode::CredentialsFailed:
            return "CredentialsFailed";
        case ErrorCode::ConnectTimeout:
            return "ConnectTimeout";
        case ErrorCode::HeaderTimeout:
            return "HeaderTimeout";
        case ErrorCode::TotalTimeout:
            return "TotalTimeout";
        case ErrorCode::IdleTimeout:
            return "IdleTimeout";
        case ErrorCode::Cancelled:
            return "Cancelled";
        case ErrorCode::HttpStatus:
            return "HttpStatus";
        case ErrorCode::ServerError:
            return "ServerError";
        case ErrorCode::StatementRejected:
            return "StatementRejected";
        case ErrorCode::Unauthorized:
            return "Unauthorized";
        case ErrorCode::PushQueryLimit:
            return "PushQueryLimit";
        case ErrorCode::TableNotReady:
            return "TableNotReady";
        case ErrorCode::MalformedResponse:
            return "MalformedResponse";
        case ErrorCode::TruncatedResponse:
            return "TruncatedResponse";
        case ErrorCode::TooManyRows:
            return "TooManyRows";
        case ErrorCode::TooManyBytes:
            return "TooManyBytes";
        case ErrorCode::LineTooLong:
            return "LineTooLong";
        case ErrorCode::NestingTooDeep:
            return "NestingTooDeep";
        case ErrorCode::HeadTooLarge:
            return "HeadTooLarge";
        case ErrorCode::TooManyColumns:
            return "TooManyColumns";
        case ErrorCode::TooManyEntities:
            return "TooManyEntities";
        case ErrorCode::WrongType:
            return "WrongType";
        case ErrorCode::OutOfRange:
            return "OutOfRange";
        case ErrorCode::UnexpectedNull:
            return "UnexpectedNull";
        case ErrorCode::RowMismatch:
            return "RowMismatch";
        case ErrorCode::SchemaChanged:
            return "SchemaChanged";
        case ErrorCode::NoMemory:
            return "NoMemory";
        case ErrorCode::NoThread:
            return "NoThread";
        case ErrorCode::NoDescriptor:
            return "NoDescriptor";
        case ErrorCode::InternalError:
            return "InternalError";
    }
    return "?";
}

std::string_view toString(ErrorCategory category) noexcept {
    switch (category) {
        case ErrorCategory::Usage:
            return "Usage";
        case ErrorCategory::Connect:
            return "Connect";
        case ErrorCategory::Timeout:
            return "Timeout";
        case ErrorCategory::Cancelled:
            return "Cancelled";
        case ErrorCategory::Http:
            return "Http";
        case ErrorCategory::Server:
            return "Server";
        case ErrorCategory::Protocol:
            return "Protocol";
        case ErrorCategory::Limit:
            return "Limit";
        case ErrorCategory::Data:
            return "Data";
        case ErrorCategory::Resources:
            return "Resources";
        case ErrorCategory::Internal:
            return "Internal";
    }
    return "?";
}

std::ostream& operator<<(std::ostream& out, ErrorCode code) { return out << toString(code); }
std::ostream& operator<<(std::ostream& out, ErrorCategory category) {
    return out << toString(category);
}

std::string Error::toString() const {
    return std::string(ksqldb::toString(code())) + ": " + what();
}

std::ostream& operator<<(std::ostream& out, const Error& error) { return out << error.toString(); }

}  // namespace ksqldb
