#pragma once
#include <ksqldb/export.h>

#include <string>
#include <string_view>

namespace ksqldb {

/// @addtogroup statements
/// @{

/// A name in SQL: of a stream, a table, a column, a query. It is exact, case included, and may hold
/// blanks, hyphens or keywords, for it is written in back-quotes:
///
///     Identifier("my column").quoted()    // `my column`
///
/// One name is one Identifier; for `R.ID` take two. ksqlDB turns names into capitals unless they
/// are in back-quotes, so the stream that was made as ratings is Identifier("RATINGS"). *reentrant*
class KSQLDB_API Identifier {
public:
    /// Throws Error(InvalidArgument) for what cannot be a name: nothing at all, text that is not
    /// UTF-8 or holds a NUL, and `${`, which ksqlDB would take for a session variable.
    explicit Identifier(std::string_view name);

    /// The name as it was given.
    const std::string& name() const noexcept { return name_; }
    /// As it stands in SQL: in back-quotes, one in the name doubled.
    std::string quoted() const;

private:
    std::string name_;
};

/// @}

}  // namespace ksqldb
