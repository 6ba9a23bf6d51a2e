// SPDX-License-Identifier: GPL-3.0-or-later
#include "bridge/Functions.h"
#include "bridge/McpCatalog.h"
#include "bridge/McpTools.h"
#include "bridge/OpenApi.h"
#include "bridge/RestApi.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>
#include <QUrl>

using namespace Qt::StringLiterals;
using namespace clavitor;
using namespace clavitor::bridge;

namespace {

constexpr char Base[] = "http://localhost:1984";

QString text(QByteArrayView bytes)
{
    return QString::fromLatin1(bytes);
}

/// The paths with a description: all but the endpoint that describes itself.
QList<const Operation *> describedOperations()
{
    QList<const Operation *> all;
    for (const Operation &operation : operations())
        if (operation.source != Operation::Source::Mcp)
            all.append(&operation);
    return all;
}

QJsonObject openApiOperation(const Operation &operation)
{
    return openApi(QString::fromLatin1(Base))
        .value("paths"_L1)
        .toObject()
        .value(text(operation.path))
        .toObject()
        .value(text(operation.method).toLower())
        .toObject();
}

QJsonObject bodySchema(const QJsonObject &operation)
{
    return operation.value("requestBody"_L1).toObject().value("content"_L1).toObject().value("application/json"_L1).toObject().value(
        "schema"_L1).toObject();
}

/// A value within the limits of a parameter, and one beyond them.
struct Samples
{
    QJsonValue good;
    QJsonValue bad;
};
Samples samplesOf(const Parameter &parameter)
{
    switch (parameter.kind) {
    case Parameter::Kind::Text:
        if (!parameter.choices.empty())
            return {QString(parameter.choices.back()), u"x"_s};
        return {QString(std::max(1, parameter.least), u'a'), QString(parameter.most + 1, u'a')};
    case Parameter::Kind::Texts:
        return {QJsonArray{QString(parameter.mostEach, u'a')}, QJsonArray{QString(parameter.mostEach + 1, u'a')}};
    case Parameter::Kind::Number:
        return {parameter.most, parameter.most + 1};
    case Parameter::Kind::Flag:
        return {false, u"maybe"_s};
    }
    return {};
}

QString inQuery(const QJsonValue &value)
{
    return value.isBool() ? (value.toBool() ? u"true"_s : u"false"_s) : value.toVariant().toString();
}

/// The same arguments as REST has them, in the places that the function definitions tell.
Outcome askByRest(const QJsonObject &call, const QJsonObject &arguments)
{
    QString url = call.value("url"_L1).toString();
    QStringList query;
    QJsonObject body;
    const QJsonObject places = call.value("place"_L1).toObject();
    for (auto argument = arguments.begin(); argument != arguments.end(); ++argument) {
        const QString place = places.value(argument.key()).toString();
        if (place == u"path")
            url.replace(u"{id}"_s, argument.value().toString());
        else if (place == u"body")
            body.insert(argument.key(), argument.value());
        else if (place.startsWith(u"query:"))
            query.append(place.sliced(6) + u'=' + QString::fromLatin1(QUrl::toPercentEncoding(inQuery(argument.value()))));
    }
    HttpRequest request;
    request.method = call.value("method"_L1).toString().toLatin1();
    request.target = url.sliced(qsizetype(sizeof Base) - 1).toLatin1();
    if (!query.isEmpty())
        request.target += '?' + query.join(u'&').toLatin1();
    if (request.method == "POST")
        request.body = QJsonDocument(body).toJson();
    request.token = "clavitor_x"_ba;
    const Routing routing = route(request.method, request.path());
    if (const auto *found = std::get_if<Route>(&routing))
        return restOutcome(*found, request, u"req_test"_s);
    return HttpResponse{404, {}, {}, {}};
}

/// What makes a call of each tool whole.
QJsonObject requiredArguments(const Operation &operation)
{
    QJsonObject arguments;
    for (const Parameter &parameter : toolParameters(operation))
        if (parameter.isRequired)
            arguments.insert(parameter.name, samplesOf(parameter).good);
    return arguments;
}

} // namespace

class tst_ApiDescriptions : public QObject
{
    Q_OBJECT
private slots:
    void namesEveryOperationOnce();
    void routesWhatTheTableSays();
    void neverChangesAnythingByGet();
    void tellsOpenApiTheTable();
    void tellsEveryFormatTheTools_data();
    void tellsEveryFormatTheTools();
    void tellsMcpTheSame();
    void readsTheSameArgumentsByBothDoors();
    void drawsTheSameLimitsByBothDoors();
    void saysEveryLimitInWordsToo();
};

void tst_ApiDescriptions::namesEveryOperationOnce()
{
    QStringList names;
    QStringList paths;
    for (const Operation &operation : operations()) {
        names.append(operation.name);
        paths.append(text(operation.method) + u' ' + text(operation.path));
        QVERIFY(!operation.title.isEmpty());
        QVERIFY(!operation.description.isEmpty());
        QVERIFY(operation.question || operation.source == Operation::Source::Mcp);
        QVERIFY(operation.answerSchema || operation.source == Operation::Source::Mcp);
    }
    QCOMPARE(QSet<QString>(names.begin(), names.end()).size(), names.size());
    QCOMPARE(QSet<QString>(paths.begin(), paths.end()).size(), paths.size());
}

void tst_ApiDescriptions::routesWhatTheTableSays()
{
    for (const Operation &operation : operations()) {
        QByteArray path = operation.path.toByteArray();
        path.replace("{id}", "0192f0c1");
        const Routing routing = route(operation.method, path);
        const auto *found = std::get_if<Route>(&routing);
        QVERIFY2(found, path.constData());
        QCOMPARE(found->operation, &operation);
        for (const char *method : {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
            if (operation.method != method)
                QVERIFY(route(method, path) == Routing(NoSuchMethod{operation.method.toByteArray()}));
    }
}

void tst_ApiDescriptions::neverChangesAnythingByGet()
{
    for (const Operation &operation : operations())
        QVERIFY2(operation.method == "GET" ? operation.isReadOnly : operation.method == "POST", operation.name.data());
}

void tst_ApiDescriptions::tellsOpenApiTheTable()
{
    const QJsonObject document = openApi(QString::fromLatin1(Base));
    QCOMPARE(document.value("openapi"_L1).toString(), u"3.1.0"_s);
    QCOMPARE(document.value("info"_L1).toObject().value("version"_L1).toString(), QString::fromLatin1(link::ApiVersion));
    int described = 0;
    const QJsonObject paths = document.value("paths"_L1).toObject();
    for (const QJsonValue &item : paths)
        described += static_cast<int>(item.toObject().size());
    QCOMPARE(described, describedOperations().size());

    for (const Operation *operation : describedOperations()) {
        const QJsonObject told = openApiOperation(*operation);
        QCOMPARE(told.value("operationId"_L1).toString(), QString(operation->name));
        QCOMPARE(told.value("description"_L1).toString(), QString(operation->description));
        QCOMPARE(told.contains("security"_L1), operation->isOpen);
        const QJsonObject responses = told.value("responses"_L1).toObject();
        QCOMPARE(responses.contains("202"_L1), operation->mayWait);
        QCOMPARE(responses.contains("401"_L1), !operation->isOpen);
        QCOMPARE(responses.value("200"_L1).toObject().value("content"_L1).toObject().value("application/json"_L1).toObject().value("schema"_L1).toObject(),
                 operation->answerSchema());

        const QJsonArray parameters = told.value("parameters"_L1).toArray();
        const QJsonObject body = bodySchema(told);
        qsizetype inBody = 0;
        qsizetype elsewhere = 0;
        for (const Parameter &parameter : restParameters(*operation)) {
            if (placeOf(*operation, parameter) == Place::Body) {
                ++inBody;
                QVERIFY(body.value("properties"_L1).toObject().contains(parameter.name));
                QCOMPARE(body.value("required"_L1).toArray().contains(QString(parameter.name)), parameter.isRequired);
                continue;
            }
            const QJsonObject one = parameters.at(elsewhere++).toObject();
            const bool isInPath = placeOf(*operation, parameter) == Place::Path;
            QCOMPARE(one.value("in"_L1).toString(), isInPath ? u"path"_s : u"query"_s);
            QCOMPARE(one.value("name"_L1).toString(), QString(isInPath ? parameter.name : parameter.nameInQuery()));
            QCOMPARE(one.value("required"_L1).toBool(), parameter.isRequired);
            QCOMPARE(one.value("description"_L1).toString(), QString(parameter.description));
            if (parameter.kind == Parameter::Kind::Number) {
                QCOMPARE(one.value("schema"_L1).toObject().value("minimum"_L1), QJsonValue(parameter.least));
                QCOMPARE(one.value("schema"_L1).toObject().value("maximum"_L1), QJsonValue(parameter.most));
            }
        }
        QCOMPARE(parameters.size(), elsewhere);
        QCOMPARE(body.value("properties"_L1).toObject().size(), inBody);
    }
}

void tst_ApiDescriptions::tellsEveryFormatTheTools_data()
{
    QTest::addColumn<QString>("format");
    QTest::addColumn<QString>("schemaName");
    QTest::newRow("OpenAI") << u"openai"_s << u"parameters"_s;
    QTest::newRow("Anthropic") << u"anthropic"_s << u"input_schema"_s;
    QTest::newRow("Gemini") << u"gemini"_s << u"parametersJsonSchema"_s;
}

void tst_ApiDescriptions::tellsEveryFormatTheTools()
{
    QFETCH(QString, format);
    QFETCH(QString, schemaName);
    const QJsonObject definitions = functions::definitions(format, QString::fromLatin1(Base));
    QCOMPARE(definitions.value("format"_L1).toString(), format);
    QJsonArray told = definitions.value("tools"_L1).toArray();
    if (format == u"gemini") {
        QCOMPARE(told.size(), qsizetype(1));
        told = told.at(0).toObject().value("functionDeclarations"_L1).toArray();
    }
    const QJsonArray tools = mcp::toolList(McpEra::Legacy).value("tools"_L1).toArray();
    const QJsonObject calls = definitions.value("calls"_L1).toObject();
    QCOMPARE(told.size(), tools.size());
    QCOMPARE(calls.size(), tools.size());
    for (qsizetype i = 0; i < tools.size(); ++i) {
        const QJsonObject one = told.at(i).toObject();
        const QJsonObject tool = tools.at(i).toObject();
        for (const QLatin1StringView same : {"name"_L1, "description"_L1})
            QCOMPARE(one.value(same), tool.value(same));
        QCOMPARE(one.value(schemaName), tool.value("inputSchema"_L1));
        const Operation *const operation = findTool(tool.value("name"_L1).toString());
        const QJsonObject call = calls.value(operation->name).toObject();
        QCOMPARE(call.value("method"_L1).toString(), text(operation->method));
        QCOMPARE(call.value("url"_L1).toString(), QString(QString::fromLatin1(Base) + text(operation->path)));
        QCOMPARE(call.value("place"_L1).toObject().keys(), tool.value("inputSchema"_L1).toObject().value("properties"_L1).toObject().keys());
    }
    if (format == u"openai")
        for (const QJsonValue &one : told)
            QCOMPARE(one.toObject().value("type"_L1).toString(), u"function"_s);
}

void tst_ApiDescriptions::tellsMcpTheSame()
{
    for (const QJsonValue &value : mcp::toolList(McpEra::Legacy).value("tools"_L1).toArray()) {
        const QJsonObject tool = value.toObject();
        const Operation *const operation = findTool(tool.value("name"_L1).toString());
        QVERIFY(operation && operation->isTool());
        const QJsonObject told = openApiOperation(*operation);
        QCOMPARE(told.value("operationId"_L1), tool.value("name"_L1));
        QCOMPARE(told.value("summary"_L1), tool.value("title"_L1));
        QCOMPARE(tool.value("outputSchema"_L1).toObject(), operation->answerSchema());
        QCOMPARE(tool.value("annotations"_L1).toObject().value("readOnlyHint"_L1).toBool(), operation->method == "GET");
        // What the tool takes, the path takes, by whatever name a query has for it.
        const QJsonObject properties = tool.value("inputSchema"_L1).toObject().value("properties"_L1).toObject();
        QStringList rest;
        for (const Parameter &parameter : restParameters(*operation))
            rest.append(parameter.name);
        for (const QString &name : properties.keys())
            QVERIFY2(rest.contains(name), qPrintable(name));
    }
    QVERIFY(!findTool(u"get_approval"));
    QVERIFY(!findTool(u"mcp"));
}

void tst_ApiDescriptions::readsTheSameArgumentsByBothDoors()
{
    const QJsonObject calls = functions::definitions(u"openai", QString::fromLatin1(Base)).value("calls"_L1).toObject();
    int asked = 0;
    for (const Operation &operation : operations()) {
        if (!operation.isTool())
            continue;
        std::vector<QJsonObject> cases{requiredArguments(operation)};
        for (const Parameter &parameter : toolParameters(operation)) {
            QJsonObject with = requiredArguments(operation);
            with.insert(parameter.name, samplesOf(parameter).good);
            if (parameter.name == "separator"_L1)
                with.insert("words"_L1, 6);
            cases.push_back(with);
        }
        for (const QJsonObject &arguments : cases) {
            const auto byTool = toolQuestion(operation, arguments);
            QVERIFY2(byTool, operation.name.data());
            const Outcome outcome = askByRest(calls.value(operation.name).toObject(), arguments);
            const auto *byRest = std::get_if<KeeperCall>(&outcome);
            QVERIFY2(byRest, operation.name.data());
            QVERIFY2(byRest->query == byTool->query, operation.name.data());
            QCOMPARE(byRest->reason, byTool->reason);
            ++asked;
        }
    }
    QVERIFY(asked > 20);
}

void tst_ApiDescriptions::drawsTheSameLimitsByBothDoors()
{
    const QJsonObject calls = functions::definitions(u"openai", QString::fromLatin1(Base)).value("calls"_L1).toObject();
    for (const Operation &operation : operations()) {
        if (!operation.isTool())
            continue;
        for (const Parameter &parameter : toolParameters(operation)) {
            QJsonObject with = requiredArguments(operation);
            with.insert(parameter.name, samplesOf(parameter).bad);
            if (parameter.name == "separator"_L1)
                with.insert("words"_L1, 6);
            QVERIFY2(!toolQuestion(operation, with), parameter.name.data());
            const Outcome outcome = askByRest(calls.value(operation.name).toObject(), with);
            if (placeOf(operation, parameter) == Place::Path) { // an id that is too long is no path
                QCOMPARE(std::get<HttpResponse>(outcome).status, 404);
                continue;
            }
            const auto *call = std::get_if<KeeperCall>(&outcome);
            QVERIFY2(call && std::holds_alternative<link::AuthenticateQuery>(call->query), parameter.name.data());
            link::Answer good{1, link::Status::Ok, "{}"_ba, {}, 0};
            QCOMPARE(call->respond(good).status, 400);
        }
    }
}

void tst_ApiDescriptions::saysEveryLimitInWordsToo()
{
    for (const Operation &operation : operations())
        for (const Parameter &parameter : restParameters(operation)) {
            const QString description = parameter.description;
            if (!parameter.choices.empty())
                for (const QLatin1StringView choice : parameter.choices)
                    QVERIFY(description.contains(choice));
            else if (parameter.kind != Parameter::Kind::Flag)
                QVERIFY2(description.contains(QString::number(parameter.most)), parameter.name.data());
        }
}

QTEST_GUILESS_MAIN(tst_ApiDescriptions)
#include "tst_ApiDescriptions.moc"
