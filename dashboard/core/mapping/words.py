"""What columns of service requests are called, in the languages that we know. Pure.

Each table gives terms of one role with a weight: 1 a name that can mean nothing else, 0.5 one that
needs its values to agree.
"""

from __future__ import annotations


def _weighed(**lists: str) -> dict[str, float]:
    """Terms by weight: ``w90="a, b"`` gives a and b 0.9."""
    return {
        term.strip(): int(weight[1:]) / 100
        for weight, terms in lists.items()
        for term in terms.replace("\n", " ").split(",")
        if term.strip()
    }


ID = _weighed(
    w100="""
        service request id, service request number, service request num, service request no,
        servicerequestnum, sr number, srnumber, sr num, sr no, case number, case id, case no,
        case enquiry id, request id, request number, request no, ticket id, ticket number,
        ticket no, ticket nr, unique key, unique id, complaint id, complaint number,
        complaint no, incident number, incident id, issue id, report id, reference number,
        reference no, request reference, case reference, work order number, service request key,
        servicerequestid, requestid, caseid, ticketid, tracking number, nro solicitud,
        numero solicitud, id solicitud, numero de reclamo, id reclamo, folio, numero protocolo,
        protocolo, nro protocolo, id solicitacao, numero chamado, numero reporte, radicado,
        numero signalement, id signalement, id dmr, numero demande, id demande, numero dossier,
        numero de requete, id unique, meldungsnummer, meldungs id, vorgangsnummer, vorgangs id,
        meldungs nr, anliegen id, anliegennummer, ticketnummer, numero segnalazione,
        id segnalazione, codice segnalazione, meldnummer, melding id, meldingsnummer, zaaknummer,
        工单编号, 工单号, 工單編號, 案件编号, 案件編號, 案件号, 案號, 任务号, 任务编号, 受理编号,
        受理編號, 受理号, 留言编号, 诉求编号, 訴求編號, 事件编号, 事项编号, 问题编号, 信件编号,
        流水号, 受付番号, 整理番号, 案件番号, 投稿番号, 通報番号, 접수번호, 민원번호, 신고번호,
        접수id, 案件id
    """,
    w80="""
        service request, sr, report number, nr, tracking id, fitxa id, reference, id, number,
        case, ticket, issue number, sr record id, global id, key, nummer, numero, nro,
        aktenzeichen, 编号, 編號, 单号, 番号, 번호, codigo, code request, request, guid, uuid,
        ref, numero ticket, ident, identifiant, identificador, kennung
    """,
    w55="""
        objectid, object id, fid, ogc fid, gid, _id, rowid, row id, sequence, index, 序号, 序號,
        no, sid
    """,
)
OPENED = _weighed(
    w100="""
        created date, create date, creation date, date created, created at, created on, created,
        created datetime, date time created, open dt, open date, opened date, date opened,
        opened, opened at, open timestamp, open datetime, date time opened, requested datetime,
        requested date, request date, date requested, requested time, requested at,
        sr create date, received date, date received, received, date time received,
        datetime received, received at, report date, reported date, date reported, reported at,
        reported, submitted date, date submitted, submitted at, submission date, submitted,
        initiated date, date initiated, datetime init, entry date, date entered, entered date,
        logged date, date logged, call date, complaint date, registered date, registration date,
        datetimeinit, lodged date, incident date, add date, adddate, time opened, fecha ingreso,
        fecha creacion, fecha de creacion, fecha apertura, fecha solicitud, fecha reclamo,
        fecha registro, fecha inicio, fecha alta, fecha recepcion, fecha reporte,
        fecha radicacion, data de abertura, data abertura, data criacao, data solicitacao,
        data do pedido, data registro, data cadastro, data de criacao, date declaration,
        datedecl, date de creation, date creation, date signalement, date demande,
        date ouverture, date reception, date depot, date de la demande, eingangsdatum, eingang,
        erstellt am, erstellt, erstelldatum, erstellungsdatum, meldedatum, meldungsdatum,
        gemeldet am, datum meldung, eingangszeit, angelegt am, datum eingang, data segnalazione,
        data apertura, data inserimento, data creazione, data ricezione, datum melding,
        meldingsdatum, datum aangemaakt, aanmaakdatum, datum ontvangst, datum registratie,
        ingediend op, 诉求时间, 訴求時間, 受理时间, 受理時間, 留言时间, 留言時間, 创建时间,
        創建時間, 来电时间, 來電時間, 上报时间, 上報時間, 登记时间, 登記時間, 立案时间, 立案時間,
        反映时间, 报案时间, 發生時間, 提交时间, 通報時間, 建立時間, 投诉时间, 来信时间, 写信时间,
        接报时间, 陳情時間, 成案時間, 受理日期, 诉求日期, 登记日期, 上报日期, 受付日時, 受付日,
        受付年月日, 投稿日時, 投稿日, 通報日時, 通報日, 登録日時, 申請日, 発生日, 접수일시,
        접수일자, 접수일, 등록일시, 등록일, 신고일시, 신고일, 민원접수일
    """,
    w70="""
        start date, date of request, date time, datetime, date, timestamp, fecha, datum, data,
        fecha hora, data hora, date heure, date heure creation, issued date, 日期, 时间, 時間,
        日時, 日付, 일자, created time, open, 发生时间, 生成时间, 派单时间
    """,
)
CLOSED = _weighed(
    w100="""
        case close date, date fixed on, fixed, data tancament, closed date, close date,
        date closed, closing date, closed dt, closed at, closed on, closed, close dt,
        closed datetime, close timestamp, date time closed, datetime closed, sr close date,
        datetimeclosed, resolved date, resolution date, date resolved, resolved at, resolved,
        completed date, completion date, date completed, completed at, completed,
        completed datetime, complete date, completedon, finished date, finish date, end date,
        fixed date, date fixed, closure date, closed time, actual completion date, done date,
        date finished, close, time closed, fecha cierre, fecha de cierre, fecha resolucion,
        fecha finalizacion, fecha solucion, fecha fin, fecha respuesta, fecha termino,
        fecha conclusion, fecha de resolucion, data do parecer, data parecer, data finalizacao,
        data de finalizacao, data conclusao, data de conclusao, data encerramento,
        data fechamento, data de encerramento, data resolucao, data resposta, data de fechamento,
        date cloture, date de cloture, date fin, date resolution, date traitement,
        date fermeture, date de resolution, date reponse, date de fermeture, date de fin,
        erledigt am, erledigungsdatum, abschlussdatum, abgeschlossen am, geschlossen am,
        datum erledigt, erledigt, ende, beantwortet am, gelost am, data chiusura,
        data risoluzione, data fine, data evasione, data conclusione, datum afgehandeld,
        afhandeldatum, afgehandeld op, datum gesloten, einddatum, datum afgerond, 办结时间,
        辦結時間, 答复时间, 答覆時間, 回复时间, 回覆時間, 结案时间, 結案時間, 完成时间, 完成時間,
        关闭时间, 办结日期, 结案日期, 答复日期, 回复日期, 完工時間, 完工日期, 归档时间,
        处理完成时间, 解决时间, 反馈时间, 完了日時, 完了日, 処理完了日, 対応完了日, 対応日,
        解決日, 回答日, 終了日, 처리완료일, 처리일시, 처리일자, 처리일, 완료일시, 완료일, 종결일,
        답변일, 답변일시
    """,
    w60="""
        end, data fim, completion, resolution, response date, date answered, answered
    """,
)
DUE = _weighed(
    w100="""
        due date, due, due dt, target dt, target date, date due, expected datetime,
        expected date, expected completion date, estimated completion date, est completion,
        promised date, sla date, sla due date, sla target, deadline, planned completion date,
        planned date, sla deadline, due datetime, expected close date, response due,
        target completion date, scheduled completion date, sr target date, sla end date,
        goal date, fecha limite, fecha vencimiento, fecha compromiso, fecha prevista,
        fecha estimada, data limite, data prevista, prazo, data prazo, previsao, date limite,
        date echeance, echeance, date prevue, frist, faellig am, fallig am, falligkeitsdatum,
        zieldatum, soll datum, scadenza, data scadenza, streefdatum, uiterste datum,
        deadline datum, 截止时间, 截止時間, 截止日期, 办理时限, 办理期限, 处置时限, 处置截止时间,
        到期时间, 应办结时间, 要求办结时间, 预期完成时间, 預計完成, 预计完成时间, 期限, 限期,
        办结时限, 時限, 期日, 対応期限, 完了予定日, 予定日, 처리기한, 처리예정일, 마감일,
        완료예정일
    """,
)
UPDATED = _weighed(
    w100="""
        date dernier statut, statusdatum, updated datetime, updated date, date updated,
        updated at, updated on, updated, last updated, last update, last modified,
        last modified date, last modified timestamp, modified date, modified, date modified,
        modified at, update date, update time, last update date, last edited date,
        last activity date, status date, status change date, status changed,
        resolution action updated date, action date, last action date, changed at,
        status updated, edit date, latest update, date last updated, fecha actualizacion,
        fecha ultima actualizacion, ultima actualizacion, fecha modificacion, fecha estado,
        data atualizacao, ultima atualizacao, data ultima atualizacao, data status,
        date modification, date maj, date mise a jour, derniere mise a jour,
        derniere modification, date statut, aktualisiert am, aktualisiert, geandert am,
        letzte anderung, letzte aktualisierung, data aggiornamento, ultimo aggiornamento,
        data stato, data modifica, datum gewijzigd, laatst gewijzigd, datum status, bijgewerkt,
        laatste wijziging, 更新时间, 更新時間, 最后更新时间, 修改时间, 最后修改时间, 更新日期,
        状态时间, 更新日時, 更新日, 最終更新日時, 수정일시, 수정일, 변경일, 최종수정일
    """,
)
#: when the table was made: nothing of the event
STAMPS = _weighed(
    w100="""
        data as of, data loaded at, loaded at, load date, loaded, extract date, extracted,
        extraction date, export date, exported at, download date, downloaded, import date,
        imported, etl date, ingest date, ingested at, snapshot date, refresh date,
        last refreshed, run date, file date, as of date, dw update date, date extraction,
        fecha extraccion, fecha carga, data extracao, data carga, date export, exportdatum,
        stand, 导出时间, 抽取时间, 入库时间, 抓取时间, 采集时间, 出力日時, 抽出日
    """,
)
STATUS = _weighed(
    w100="""
        status, case status, request status, sr status, srstatus, ticket status,
        status description, current status, status name, service request status, state name,
        request state, issue status, report status, complaint status, status type,
        workflow status, status code, estado general, estado, estado solicitud,
        estado del reclamo, estado actual, estatus, situacao, status da solicitacao,
        estado da solicitacao, status atual, etat, statut, etat avancement, etat de la demande,
        etat demande, etat du signalement, statut demande, zustand, bearbeitungsstatus,
        bearbeitungsstand, status meldung, stato, stato segnalazione, stato pratica,
        status melding, statusnaam, meldingstatus, 工单状态, 工單狀態, 办理状态, 辦理狀態,
        处理状态, 處理狀態, 案件状态, 案件狀態, 当前状态, 诉求状态, 事件状态, 状态, 狀態,
        处置状态, 流程状态, 办件状态, 处理情况, 處理情形, 辦理情形, 回复状态, 答复状态, 案件進度,
        状況, 対応状況, ステータス, 状態, 進捗, 進捗状況, 対応ステータス, 처리상태, 진행상태,
        상태, 처리상황, 진행상황, 처리현황
    """,
    w65="""
        state, stage, phase, open closed, resolved, is closed, closed, stand, progress, outcome,
        completion status, 进度, 環節, 当前环节, 办理环节, 是否办结, 是否结案, 是否完成
    """,
)
CATEGORY = _weighed(
    w100="""
        nature of complaint, tipo de incidencia, nature of request, acti nom, complaint category,
        service name, request type, complaint type, sr type, srtype, service request type,
        case type, issue type, type of request, problem type, report type, request category,
        service request name, service type, type of service request, incident type, request name,
        type description, summary category, issue category, categoria, category, tipo prestacion,
        prestacion, concepto, tipo de servicio, tipo servico, tipo de servico, tipo de solicitud,
        tipo de reclamo, tipo de reporte, tipo de solicitacao, servico, servicio, categorie,
        sous categorie, type signalement, type de demande, type demande, type d anomalie, nature,
        nature demande, kategorie, hauptkategorie, kategorie name, meldungsart, anliegen,
        anliegenart, thema, meldungskategorie, category parent, categoria segnalazione,
        tipo segnalazione, tipologia, tipologia segnalazione, categoria problema, hoofdcategorie,
        categorie melding, soort melding, meldingstype, 诉求类型, 訴求類型, 诉求类别, 诉求分类,
        问题类型, 問題類型, 问题类别, 问题分类, 事项类别, 事项类型, 事项分类, 案件类型, 案件類型,
        案件类别, 案件類別, 案件分類, 工单类型, 工单分类, 事件类型, 事件类别, 大类, 大類,
        一级分类, 一级类别, 类别, 類別, 分类, 分類, 陳情項目, 案類, 反映類別, 種別, 種類,
        カテゴリ, カテゴリー, 要望種別, 相談区分, 投稿種別, 分野, 민원유형, 민원분류, 신고유형,
        분류, 유형, 분야, 민원분야
    """,
    w75="""
        type, reason, case title, problem, service, service category, topic, tema, assunto,
        asunto, subject matter, tipo, rubro, classification, group, art, sujet,
        categorie principale, title category, issue, issue description, complaint, keyword,
        request, category name, 主题分类, 诉求目的, 業務類別, 内容分類, 区分, 구분
    """,
)
SUBCATEGORY = _weighed(
    w100="""
        subcategory, sub category, service subtype, subtype, sub type, request subtype,
        descriptor, service details, category child, subcategoria, subtipo, sous type, soustype,
        sous categorie, unterkategorie, sottocategoria, subcategorie, subrubro, problem detail,
        detail, complaint detail, service item, 小类, 小類, 二级分类, 子类, 子類, 细类, 服務項目,
        中分類, 小分類, 소분류, 중분류, 세부유형, complaint subtype, code violation,
        category level 2, category 2, level 2
    """,
)
DEPARTMENT = _weighed(
    w100="""
        owner department, unite resp parent, group assignee, work group, agency responsible,
        responsible agency, agency name, agency, department, department name, dept, dept name,
        responsible department, assigned department, responsible party, service agency,
        responsible, organization, organisation, city department, owning department,
        assigned to department, provider, business unit, organismo, area responsable,
        dependencia, reparticion, secretaria, departamento, orgao, orgao responsavel,
        unidade responsavel, intervenant, service responsable, service gestionnaire, direction,
        service competent, service instructeur, organisme, prestataire, zustandig, zustandigkeit,
        verantwortlich, amt, fachbereich, zustandige stelle, zustandiges amt, dienststelle,
        bearbeitende stelle, ufficio, settore, ente, servizio competente, unita organizzativa,
        assessorato, afdeling, verantwoordelijke afdeling, behandelaar, behandelende afdeling,
        uitvoerder, 承办单位, 承辦單位, 责任单位, 責任單位, 处置部门, 主办单位, 主辦單位,
        办理单位, 處理單位, 处理单位, 处置单位, 责任部门, 承办部门, 办理部门, 处理部门, 权责单位,
        權責單位, 主责单位, 经办单位, 答复单位, 回复单位, 答复部门, 主管机关, 主管部门, 业务单位,
        業務單位, 受理單位, 受理单位, 派单单位, 派遣單位, 部门, 部門, 单位, 担当課, 担当部署,
        担当部局, 所管課, 担当, 所管, 部署, 담당부서, 처리부서, 처리기관, 담당기관, 소관부서,
        부서
    """,
    w75="""
        owner, division, bureau, unit, queue, team, group name, assigned to, office, servizio,
        direccion, gerencia, assigned group, servicio responsable, organisation unit, contractor,
        assignee group
    """,
)
CHANNEL = _weighed(
    w100="""
        source, method received, open data channel type, channel type, channel, request source,
        origin, method of contact, contact method, received via, report source, case source,
        sr source, intake method, how received, submission method, call source, contact channel,
        input channel, entry method, case origin, submitted via, initiated by channel,
        request channel, received by, canal, canal de ingreso, canal entrada, canal de entrada,
        medio, medio de recepcion, via de ingreso, canal atendimento, canal de atendimento,
        origem, origine, mode de saisie, canal de signalement, provenance, moyen, eingangskanal,
        meldeweg, quelle, kanal, eingang uber, herkunft, canale, canale di segnalazione,
        provenienza, bron, kanaal, ingangskanaal, meldkanaal, 来源, 來源, 渠道, 诉求来源,
        诉求渠道, 受理渠道, 工单来源, 信息来源, 问题来源, 案件来源, 案件來源, 受理方式, 来件方式,
        上报渠道, 反映管道, 來源管道, 来电渠道, 受付方法, 受付経路, 受付方式, 投稿方法, 経路,
        入力元, 접수경로, 접수방법, 접수채널, 신청경로, 접수구분
    """,
)
LAT = _weighed(
    w100="""
        latitude, lat, latitud, breitengrad, breite, geo lat, y lat, lat dd, latitudine,
        breedtegraad, 纬度, 緯度, 위도, latitude wgs84, wgs84 lat, coord lat, ycoord lat,
        gps lat, point y, lat coord, geo latitude
    """,
    w60="""
        y, y coord, y coordinate, coordy, coord y, northing, n, nord, hochwert, e n, geo y,
        y wgs84, 坐标y, y坐标, ycoord, yaxis, koordinate nord, lv95 n, gkodn
    """,
)
LON = _weighed(
    w100="""
        longitude, lon, long, lng, longitud, langengrad, lange, geo lon, geo lng, x lon,
        longitudine, lengtegraad, 经度, 經度, 経度, 경도, longitude wgs84, wgs84 lon, coord lon,
        coord long, gps lon, gps long, point x, lon coord, geo longitude
    """,
    w60="""
        x, x coord, x coordinate, coordx, coord x, easting, e, ost, rechtswert, geo x, x wgs84,
        坐标x, x坐标, xcoord, xaxis, koordinate ost, lv95 e, gkode
    """,
)
POINT = _weighed(
    w100="""
        location, geolocation, geo location, point, geom, geometry, the geom, wkt, geo point 2d,
        geo point, geo shape, coordinates, coordinate, coords, point geom, lat long, lat lon,
        latlong, latlng, ubicacion, coordenadas, localizacao, coordonnees, geometrie,
        koordinaten, coordinate gps, coordinaten, position, 坐标, 座標, 经纬度, 經緯度, 位置,
        좌표, coordonnees geo, georeferenced column, shape, gps, new georeferenced column
    """,
)
#: from the widest; a table keeps at most three of them
PLACES: dict[str, dict[str, float]] = {
    "county": _weighed(
        w100="""
        borough, distrito, council district, city council district, supervisor district, ward,
        wards, county, district, district name, council ward, electoral ward, comuna, commune,
        alcaldia, arrondissement, stadtbezirk, bezirk, stadsdeel, municipio, municipality,
        prefeitura regional, subprefeitura, regional, delegacion, circoscrizione,
        municipality name, region, area, zona, zone, sector, apc, quadrant, city quadrant,
        planning area, nc area, localidad, domicilio comuna, domicilio cgp, cgp, bezirksname,
        kreis, stadtkreis, election district, town, township, council, city district,
        ortsteil bezirk, quarter name, council name, politischer bezirk, 区县, 區縣, 所属区县,
        行政区, 行政區, 行政区划, 辖区, 所属区域, 区域, 區域, 区, 區, 行政區名, 所属区, 县区,
        旗县区, 市区, 事发区域, 地區, 鄉鎮市區, 行政区名, 地域, 区名, 자치구, 구, 시군구,
        행정구역, 지역, 구군
    """,
    ),
    "township": _weighed(
        w100="""
        neighborhood, neighbourhood, neighborhoods, analysis neighborhood, neighborhood name,
        community area, community, community board, community name, comm name, local area,
        barrio, domicilio barrio, bairro, colonia, quartier, conseil de quartier,
        conseil quartier, nom quartier, stadtteil, ortsteil, stadtviertel, quartiere, wijk,
        wijknaam, suburb, locality, neighborhood council, planning neighborhood, geo local area,
        neighborhood district, subdivision, village, stadtteil name, quartier name, ortschaft,
        nc name, zona barrio, parroquia, 街道, 街道乡镇, 所属街道, 乡镇, 鄉鎮, 镇街, 镇街道,
        街镇, 所属镇街, 所属街镇, 所属乡镇, 乡镇街道, 街道名称, 町名, 町, 町丁目, 地区, 地区名,
        里, 村里, 里別, 행정동, 동, 읍면동, 법정동
    """,
    ),
    "community": _weighed(
        w100="""
        社区, 社區, 所属社区, 社区村, 村社区, 村居, 居委会, 村, 所在社区, buurt, buurtnaam, 丁目,
        所属村居, 村社
    """,
        w70="census tract, precinct, police post, block group, sub neighborhood, police precinct",
    ),
    "grid": _weighed(
        w100="网格, 網格, 所属网格, 网格编号, 网格名称, 单元网格, grid, grid code, 责任网格, nc"
    ),
}
#: what states who a person is, or leads to one: not read at all
PERSONAL = _weighed(
    w100="""
        first name, last name, full name, surname, firstname, lastname, customer name,
        caller name, requestor name, requester name, contact name, citizen name, reporter name,
        complainant name, complainant, submitter name, applicant name, name of complainant,
        owner name, resident name, name of caller, caller, requester, requestor, reported by,
        submitted by, created by, reporter, applicant, complainant address, submitter, user name,
        username, user, user id, userid, author, author name, avatar, customer id, customer,
        account id, account name, phone, phone number, telephone, mobile, mobile number,
        cell phone, contact number, caller phone, contact phone, phone no, email, e mail,
        email address, mail, contact email, gender, sex, age, age group, birth date,
        date of birth, dob, race, ethnicity, ssn, social security, passport, license plate,
        plate, plate number, number plate, device id, ip address, ip, genero, sexo, edad, nombre,
        apellido, nombre completo, nombre ciudadano, telefono, celular, correo,
        correo electronico, fecha nacimiento, ciudadano, solicitante, denunciante, dni, cuil,
        nome, sobrenome, nome completo, nome solicitante, telefone, celular solicitante,
        data nascimento, cpf, cidadao, idade, faixa etaria, grupo etario, solicitante genero,
        sexe, prenom, nom, nom complet, nom usager, nom demandeur, telephone usager, courriel,
        adresse mail, date de naissance, demandeur, declarant, usager, genre, civilite,
        geschlecht, vorname, nachname, melder, meldername, name melder, telefon, telefonnummer,
        geburtsdatum, burger, ansprechpartner, handy, anrede, cognome, nominativo, sesso,
        segnalante, cittadino, richiedente, data di nascita, cellulare, codice fiscale, naam,
        voornaam, achternaam, naam melder, telefoonnummer, geslacht, geboortedatum, leeftijd,
        姓名, 联系人, 聯絡人, 联系电话, 聯絡電話, 联系方式, 电话, 電話, 电话号码, 手机, 手機,
        手机号, 手机号码, 来电号码, 主叫号码, 来电人, 來電人, 诉求人, 反映人, 投诉人, 举报人,
        举报人姓名, 报案人, 通報人, 申请人, 申請人, 市民姓名, 来电人姓名, 联系人姓名, 诉求人姓名,
        性别, 性別, 年龄, 年齡, 身份证, 身份证号, 身分證, 证件号码, 邮箱, 电子邮箱, 電子郵件,
        出生日期, 生日, 车牌, 车牌号, 家庭住址, 户籍地址, 住址, 用户, 用户id, 用户名, 留言用户,
        微信号, 网民, 留言人, 昵称, 氏名, お名前, 名前, 電話番号, メールアドレス, メール, 年齢,
        生年月日, 通報者, 投稿者, 申請者, 住所氏名, 相談者, 민원인, 신청인, 신고자, 이름, 성명,
        전화번호, 연락처, 휴대폰, 이메일, 성별, 나이, 연령, 생년월일
    """,
    w60="name",
)
#: text that people wrote: it may name someone, and no screen needs it
TEXT = _weighed(
    w100="""
        description, details, comments, comment, notes, note, text, message, body, narrative,
        remarks, status notes, resolution description, resolution, service notice,
        resolution notes, closure reason, reason closed, text raw, media url, detail url, url,
        link, image, photo, picture, attachments, html url, title, subject, summary,
        request details, closed photo, submitted photo, closure description, staff notes, answer,
        response, report text, descripcion, detalle, observaciones, comentarios, texto,
        descricao, observacao, detalhes, mensagem, description demande, commentaire,
        commentaires, remarque, texte, beschreibung, bemerkung, kommentar, nachricht,
        meldungstext, betreff, titel, antwort, ruckmeldung, descrizione, testo, note operatore,
        oggetto, omschrijving, toelichting, opmerking, tekst, 内容, 內容, 描述, 诉求内容,
        訴求內容, 问题描述, 事件描述, 留言详情, 留言内容, 留言主题, 标题, 標題, 主题, 诉求标题,
        主旨, 处理结果, 处理意见, 答复内容, 答复意见, 回复内容, 办理结果, 备注, 備註, 详情,
        工单内容, 案件描述, 处理过程, 处置结果, 投稿内容, 要望内容, 対応内容, 詳細, 本文, 件名,
        備考, 回答, 제목, 내용, 민원내용, 신고내용, 답변내용, 처리결과, 비고, 답변
    """,
)
ADDRESS = _weighed(
    w100="""
        address, street address, incident address, location address, street, street name,
        address line, full address, house number, cross street, cross street 1, cross street 2,
        intersection, intersection street 1, intersection street 2, address input, sr location,
        location description, zip, zip code, zipcode, postal code, postcode, incident zip,
        site address, address id, location details, block, direccion, calle, altura, domicilio,
        domicilio calle, domicilio altura, esquina proxima, codigo postal, endereco, logradouro,
        rua, cep, numero endereco, adresse, rue, code postal, voie, adresse complete, strasse,
        hausnummer, plz, ort, postleitzahl, anschrift, indirizzo, via, civico, cap, luogo, adres,
        straat, straatnaam, huisnummer, plaats, 地址, 地點, 地点, 事发地址, 事发地点, 诉求地址,
        问题地址, 发生地址, 发生地点, 所在地址, 事件地点, 詳細地址, 路段, 場所, 住所, 発生場所,
        所在地, 郵便番号, 주소, 위치, 장소, 발생장소, 도로명주소, 지번주소
    """,
)
#: numbers and marks about the row that we work out ourselves, or that no one needs here
OTHER = _weighed(
    w100="""
        days open, days to close, overdue, duration, age days, open days, days, response time,
        resolution time, elapsed, year, month, week, hour, weekday, quarter, ano, anio, mes,
        annee, mois, annee declaration, mois declaration, jahr, monat, anno, mese, jaar, maand,
        periodo, 年, 月, 年度, 月份, 回复速度, 处理时长, 办理时长, 用时, 年月, 所要日数,
        处理天数, 처리기간, 연도, 월, sla, sla days, priority, votes, rating, count, parent,
        parent id, duplicate parent, case count, on time, casecount, fiscal year, satisfaction,
        满意度, 满意情况
    """,
)
