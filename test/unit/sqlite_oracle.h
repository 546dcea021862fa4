#pragma once
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace ksqldb::test {

/// A database that nobody of this project has written, as a judge of what is in a text of SQL.
/// ksqlDB's strings, names in back-quotes and comments are SQLite's as well.
class SqliteOracle {
public:
    using Cell = std::variant<std::nullptr_t, std::int64_t, double, std::string>;
    struct Answer {
        std::vector<std::string> names;
        std::vector<std::vector<Cell>> rows;
    };

    SqliteOracle() {
        sqlite3* database = nullptr;
        EXPECT_EQ(sqlite3_open(":memory:", &database), SQLITE_OK);
        database_.reset(database);
        sqlite3_create_function(database, "CONCAT", -1, SQLITE_UTF8, nullptr, concat, nullptr,
                                nullptr);
    }

    /// The text has to be one statement, whole, with no placeholders of SQLite's.
    Answer run(std::string_view sql) {
        sqlite3_stmt* prepared = nullptr;
        const char* tail = nullptr;
        const int result = sqlite3_prepare_v2(database_.get(), sql.data(),
                                              static_cast<int>(sql.size()), &prepared, &tail);
        const std::unique_ptr<sqlite3_stmt, Finalize> statement(prepared);
        EXPECT_EQ(result, SQLITE_OK) << sqlite3_errmsg(database_.get()) << " in " << sql;
        if (result != SQLITE_OK || prepared == nullptr) return {};
        EXPECT_EQ(tail, sql.data() + sql.size()) << "more than one statement in " << sql;
        EXPECT_EQ(sqlite3_bind_parameter_count(prepared), 0) << sql;

        Answer answer;
        for (int i = 0; i < sqlite3_column_count(prepared); ++i)
            answer.names.emplace_back(sqlite3_column_name(prepared, i));
        while (sqlite3_step(prepared) == SQLITE_ROW) {
            std::vector<Cell> row;
            for (int i = 0; i < sqlite3_column_count(prepared); ++i)
                row.push_back(cell(prepared, i));
            answer.rows.push_back(std::move(row));
        }
        return answer;
    }
    /// Of `SELECT literal`.
    Cell valueOf(std::string_view literal) {
        const Answer answer = run("SELECT " + std::string(literal));
        if (answer.rows.size() == 1 && answer.rows[0].size() == 1) return answer.rows[0][0];
        ADD_FAILURE() << "not one value: " << literal;
        return nullptr;
    }
    int changes() const { return sqlite3_total_changes(database_.get()); }

private:
    struct Close {
        void operator()(sqlite3* database) const { sqlite3_close(database); }
    };
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
    };

    static std::string text(const void* bytes, int size) {
        return {static_cast<const char*>(bytes), static_cast<std::size_t>(size)};
    }
    static Cell cell(sqlite3_stmt* statement, int column) {
        switch (sqlite3_column_type(statement, column)) {
            case SQLITE_INTEGER:
                return std::int64_t{sqlite3_column_int64(statement, column)};
            case SQLITE_FLOAT:
                return sqlite3_column_double(statement, column);
            case SQLITE_NULL:
                return nullptr;
            default: {
                const void* const bytes = sqlite3_column_blob(statement, column);
                return text(bytes, sqlite3_column_bytes(statement, column));
            }
        }
    }
    /// ksqlDB has it, this version of SQLite does not.
    static void concat(sqlite3_context* context, int count, sqlite3_value** values) {
        std::string all;
        for (int i = 0; i < count; ++i) {
            const void* const bytes = sqlite3_value_blob(values[i]);
            all += text(bytes, sqlite3_value_bytes(values[i]));
        }
        sqlite3_result_text(context, all.data(), static_cast<int>(all.size()), SQLITE_TRANSIENT);
    }

    std::unique_ptr<sqlite3, Close> database_;
};

}  // namespace ksqldb::test
