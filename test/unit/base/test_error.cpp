#include "base/error_builder.h"
#include "base/error_context.h"

#include <ksqldb/error.h>

#include <gtest/gtest.h>

#include <exception>
#include <new>
#include <sstream>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

namespace ksqldb::test {
namespace {

using detail::ErrorBuilder;

static_assert(std::is_nothrow_copy_constructible_v<Error>);
static_assert(std::is_nothrow_copy_assignable_v<Error>);
static_assert(std::is_base_of_v<std::runtime_error, Error>);

TEST(Error, NamesTheFunctionThatThrew) {
    const auto caught = [](auto&& throwIt) {
        try {
            detail::callNamed("onLine", throwIt, 1);
        } catch (const Error& error) {
            return error.toString();
        }
        return std::string("nothing was thrown");
    };
    EXPECT_EQ(caught([](int) { throw std::runtime_error("oh dear"); }),
              "CallbackThrew: onLine threw: oh dear");
    EXPECT_EQ(caught([](int) { throw 42; }), "CallbackThrew: onLine threw");
    EXPECT_EQ(caught([](int) { throw Error(ErrorCode::OutOfRange, "mine"); }), "OutOfRange: mine");
    EXPECT_EQ(caught([](int) {}), "nothing was thrown");
}

TEST(Error, CategoriesFollowTheCode) {
    const std::pair<ErrorCode, ErrorCategory> all[] = {
        {ErrorCode::InvalidArgument, ErrorCategory::Usage},
        {ErrorCode::ClientClosed, ErrorCategory::Usage},
        {ErrorCode::WouldDeadlock, ErrorCategory::Usage},
        {ErrorCode::UsedAfterFork, ErrorCategory::Usage},
        {ErrorCode::ConcurrentUse, ErrorCategory::Usage},
        {ErrorCode::Unsupported, ErrorCategory::Usage},
        {ErrorCode::UnknownColumn, ErrorCategory::Usage},
        {ErrorCode::WrongType, ErrorCategory::Data},
        {ErrorCode::OutOfRange, ErrorCategory::Data},
        {ErrorCode::UnexpectedNull, ErrorCategory::Data},
        {ErrorCode::RowMismatch, ErrorCategory::Data},
        {ErrorCode::CallbackThrew, ErrorCategory::Usage},
        {ErrorCode::ExecutorRejected, ErrorCategory::Usage},
        {ErrorCode::ConnectFailed, ErrorCategory::Connect},
        {ErrorCode::TlsFailed, ErrorCategory::Connect},
        {ErrorCode::ConnectionLost, ErrorCategory::Connect},
        {ErrorCode::ProxyRefused, ErrorCategory::Http},
        {ErrorCode::CredentialsFailed, ErrorCategory::Connect},
        {ErrorCode::TooManyColumns, ErrorCategory::Limit},
        {ErrorCode::TooManyEntities, ErrorCategory::Limit},
        {ErrorCode::Http2Required, ErrorCategory::Connect},
        {ErrorCode::ConnectTimeout, ErrorCategory::Timeout},
        {ErrorCode::HeaderTimeout, ErrorCategory::Timeout},
        {ErrorCode::TotalTimeout, ErrorCategory::Timeout},
        {ErrorCode::IdleTimeout, ErrorCategory::Timeout},
        {ErrorCode::Cancelled, ErrorCategory::Cancelled},
        {ErrorCode::HttpStatus, ErrorCategory::Http},
        {ErrorCode::ServerError, ErrorCategory::Server},
        {ErrorCode::StatementRejected, ErrorCategory::Server},
        {ErrorCode::Unauthorized, ErrorCategory::Server},
        {ErrorCode::PushQueryLimit, ErrorCategory::Server},
        {ErrorCode::MalformedResponse, ErrorCategory::Protocol},
        {ErrorCode::TruncatedResponse, ErrorCategory::Protocol},
        {ErrorCode::TooManyRows, ErrorCategory::Limit},
        {ErrorCode::TooManyBytes, ErrorCategory::Limit},
        {ErrorCode::LineTooLong, ErrorCategory::Limit},
        {ErrorCode::NestingTooDeep, ErrorCategory::Limit},
        {ErrorCode::HeadTooLarge, ErrorCategory::Limit},
        {ErrorCode::NoMemory, ErrorCategory::Resources},
        {ErrorCode::NoThread, ErrorCategory::Resources},
        {ErrorCode::NoDescriptor, ErrorCategory::Resources},
        {ErrorCode::InternalError, ErrorCategory::Internal},
    };
    for (const auto& [code, category] : all) {
        EXPECT_EQ(Error(code, "").category(), category) << static_cast<int>(code);
        EXPECT_NE(toString(code), "?") << static_cast<int>(code);
        EXPECT_NE(toString(category), "?") << static_cast<int>(category);
    }
}

TEST(Error, CodesAndCategoriesHaveTheirNames) {
    EXPECT_EQ(toString(ErrorCode::ConnectFailed), "ConnectFailed");
    EXPECT_EQ(toString(ErrorCategory::Resources), "Resources");
    std::ostringstream text;
    text << ErrorCode::PushQueryLimit << ' ' << ErrorCategory::Data;
    EXPECT_EQ(text.str(), "PushQueryLimit Data");
    EXPECT_EQ(toString(static_cast<ErrorCode>(-1)), "?");
    EXPECT_EQ(toString(static_cast<ErrorCategory>(200)), "?");
}

TEST(Error, APlainOneHasOnlyCodeAndText) {
    const Error error(ErrorCode::WrongType, "text");
    EXPECT_STREQ(error.what(), "text");
    EXPECT_EQ(error.code(), ErrorCode::WrongType);
    EXPECT_EQ(error.httpStatus(), 0);
    EXPECT_EQ(error.serverCode(), 0);
    EXPECT_EQ(error.serverMessage(), "");
    EXPECT_EQ(error.statement(), "");
    EXPECT_EQ(error.endpoint(), "");
    EXPECT_EQ(error.limitName(), "");
    EXPECT_FALSE(error.isRetryable());
}

Error fullError() {
    return ErrorBuilder(ErrorCode::ServerError, "what")
        .http(500)
        .server(50000, "message")
        .statement("SELECT 1;")
        .endpoint("POST http://h:1/query-stream")
        .limit("maxRows")
        .retryable()
        .build();
}

void expectFull(const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::ServerError);
    EXPECT_EQ(error.httpStatus(), 500);
    EXPECT_EQ(error.serverCode(), 50000);
    EXPECT_EQ(error.serverMessage(), "message");
    EXPECT_EQ(error.statement(), "SELECT 1;");
    EXPECT_EQ(error.endpoint(), "POST http://h:1/query-stream");
    EXPECT_EQ(error.limitName(), "maxRows");
    EXPECT_TRUE(error.isRetryable());
}

TEST(Error, IsWrittenWithItsCode) {
    std::ostringstream out;
    out << Error(ErrorCode::ConnectFailed, "nobody listens");
    EXPECT_EQ(out.str(), "ConnectFailed: nobody listens");
    EXPECT_EQ(Error(ErrorCode::ConnectFailed, "nobody listens").toString(), out.str());
}

TEST(Error, IsCopiedWhole) {
    Error copy(ErrorCode::Cancelled, "");
    {
        const Error original = fullError();
        const Error first(original);
        copy = first;
    }
    expectFull(copy);
    EXPECT_STREQ(copy.what(), "what");
}

TEST(Error, PassesThroughExceptionPointers) {
    const std::exception_ptr held = std::make_exception_ptr(fullError());
    try {
        std::rethrow_exception(held);
    } catch (const std::runtime_error& base) {
        const auto* error = dynamic_cast<const Error*>(&base);
        ASSERT_NE(error, nullptr);
        expectFull(*error);
    }
}

TEST(Error, AMovedFromOneCanStillBeAsked) {
    Error first = fullError();
    const Error second(std::move(first));
    expectFull(second);
    expectFull(first);  // NOLINT: what a moved-from exception must survive
}

TEST(ErrorBuilder, AddsToAnErrorThatExists) {
    const Error error = ErrorBuilder(fullError()).what("where: what").http(503).build();
    EXPECT_STREQ(error.what(), "where: what");
    EXPECT_EQ(error.httpStatus(), 503);
    EXPECT_EQ(error.serverMessage(), "message");
    expectFull(fullError());
}

TEST(ErrorContext, AddsStatementAndEndpoint) {
    const base::ErrorContext context{"SELECT 1;", "POST http://x"};
    const Error error = context.describe(Error(ErrorCode::IdleTimeout, "nothing came"));
    EXPECT_STREQ(error.what(), "POST http://x: nothing came");
    EXPECT_EQ(error.code(), ErrorCode::IdleTimeout);
    EXPECT_EQ(error.statement(), "SELECT 1;");
    EXPECT_EQ(error.endpoint(), "POST http://x");
}

template <class T>
Error errorOf(const T& thrown) {
    try {
        throw thrown;
    } catch (...) {
        return base::currentError();
    }
}

TEST(CurrentError, IsWhatWasThrown) {
    EXPECT_EQ(errorOf(Error(ErrorCode::WrongType, "no number")).code(), ErrorCode::WrongType);
    EXPECT_EQ(errorOf(std::bad_alloc()).code(), ErrorCode::NoMemory);
    const Error other = errorOf(std::logic_error("at() of what is not there"));
    EXPECT_EQ(other.code(), ErrorCode::InternalError);
    EXPECT_STREQ(other.what(), "inside the client: at() of what is not there");
    EXPECT_EQ(errorOf(7).code(), ErrorCode::InternalError);
}

}  // namespace
}  // namespace ksqldb::test
