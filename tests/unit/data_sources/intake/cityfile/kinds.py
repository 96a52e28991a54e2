"""Small files in the layouts that cities publish; every row in them is made up."""

from __future__ import annotations

import gzip
import io
import json
import zipfile

import openpyxl


def rows(header: str, *lines: str) -> str:
    return "\r\n".join([header, *lines]) + "\r\n"


CHINESE = rows(
    "工单编号,诉求时间,办结时间,工单状态,诉求类型,承办单位,所属区县,所属街道,诉求来源,联系人,联系电话,诉求内容",
    "GD2024001,2024/3/1 9:05,2024/3/2 10:00,已办结,占道经营,城管局,红山区,西屯街道,12345热线,张三,13800000001,门口摆摊",
    "GD2024002,2024/3/1 9:45,,办理中,噪音扰民,生态环境局,红山区,桥北街道,微信,李四,13800000002,夜间施工",
    "GD2024003,2024/3/2 19:05,2024/3/3 8:00,不予受理,其他,信访局,松山区,振兴街道,12345热线,王五,13800000003,无",
    "GD2024004,2024/3/3 7:00,,待派单,路灯不亮,住建局,松山区,振兴街道,12345热线,赵六,13800000004,路灯",
    "GD2024004,2024/3/3 7:00,,待派单,路灯不亮,住建局,松山区,振兴街道,12345热线,赵六,13800000004,路灯",
)
BIG5 = rows(
    "案件編號,通報時間,結案時間,處理情形,案件類別,權責單位,行政區,里別,陳情人",
    "A1130001,113/03/01 09:05,113/03/02 10:00,已結案,路燈故障,養護工程處,中西區,赤嵌里,王大明",
    "A1130002,113/03/01 10:05,,處理中,噪音舉發,環境保護局,安南區,海東里,陳小美",
    "A1130003,113/03/15 10:05,,未處理,違規停車,警察局,安平區,國平里,林志明",
)
JAPANESE = rows(
    "受付番号,受付日時,完了日,対応状況,種別,担当課,地区,緯度,経度,投稿内容",
    "1001,2024年3月1日 9時05分,2024年3月4日,対応済,道路の損傷,道路管理課,中央,35.6895,139.6917,穴があいている",
    "1002,2024年3月2日 14時30分,,対応中,街灯の故障,道路管理課,北,35.7000,139.7000,電球切れ",
    "1003,2024年3月13日 8時00分,,受付済,公園のごみ,公園緑地課,南,35.6600,139.6800,ごみ",
)
KOREAN = rows(
    "접수번호,접수일시,처리일시,처리상태,민원분류,담당부서,행정동,신청인",
    "2024-001,2024-03-01 09:05:00,2024-03-02 10:00:00,처리완료,도로 파손,도로과,역삼동,김철수",
    "2024-002,2024-03-01 10:05:00,,처리중,가로등 고장,도로과,삼성동,이영희",
    "2024-003,2024-03-15 11:05:00,2024-03-16 09:00:00,반려,불법주차,교통과,대치동,박민수",
)
FRENCH = rows(
    "Numéro de demande;Date de création;Date de clôture;Statut;Catégorie;Service gestionnaire;Arrondissement;Coordonnées",
    "D-1;01/03/2024 09:05;04/03/2024 10:00;Traité;Éclairage public;Direction de la Voirie;3e;45.7578, 4.8320",
    "D-2;13/03/2024 19:05;;En cours;Propreté;Direction de la Propreté;7e;45.7400, 4.8400",
    "D-3;14/03/2024 08:00;15/03/2024 08:00;Rejeté;Stationnement;Police municipale;1er;",
    "D-4;15/03/2024 08:00;;Nouveau;Arbre tombé;Espaces verts;1er;45.7700, 4.8300",
)
GERMAN = rows(
    "Vorgangsnummer;Eingangsdatum;Erledigt am;Status;Kategorie;Zuständig;Stadtteil;Breitengrad;Längengrad;Name",
    "4711;01.03.2024 09:05;05.03.2024;erledigt;Straßenbeleuchtung;Stadtwerke;Südstadt;51,3127;9,4797;Anna Müller",
    "4712;02.03.2024 10:05;;in Bearbeitung;Müllablagerung;Stadtreiniger;Nordstadt;51,3300;9,5000;Jörg Schmidt",
    "4713;28.03.2024 12:00;;offen;Schlagloch;Straßenamt;Mitte;;;Uwe Groß",
    "4714;29.03.2024 12:00;30.03.2024;abgelehnt;Sonstiges;Bürgeramt;Mitte;0;0;",
)
SWISS = rows(
    "objid,requested_datetime,status,service_code,agency_sent_datetime,e,n,description",
    "1,2024-03-01 09:05:00,fixed - council,Abfall,2024-03-02 10:00:00,2683000,1248000,x",
    "2,2024-03-02 09:05:00,confirmed,Graffiti,,2682500,1247100,y",
    "3,2024-03-03 09:05:00,investigating,Strasse,,2684100,1249000,z",
)
ITALIAN = rows(
    "Codice segnalazione;Data segnalazione;Data chiusura;Stato;Tipologia;Ufficio;Quartiere;Latitudine;Longitudine",
    "S1;01/03/2024;20/03/2024;Chiusa;Illuminazione;Lavori pubblici;Centro;45.4384;10.9916",
    "S2;05/03/2024;;In lavorazione;Buca stradale;Strade;Borgo Roma;45.4000;11.0000",
    "S3;25/03/2024;;Non risolta;Verde;Giardini;Borgo Milano;;",
)
DUTCH = rows(
    "meldingsnummer;datum melding;datum afgehandeld;status;hoofdcategorie;afdeling;wijk;lat;lon",
    "M1;2024-03-01;2024-03-05;Afgehandeld;Afval;Reiniging;Centrum;52.0907;5.1214",
    "M2;2024-03-02;;In behandeling;Verlichting;Beheer;Oost;52.0950;5.1400",
)
SPANISH = rows(
    "Folio;Fecha de creación;Fecha de cierre;Estatus;Tipo de solicitud;Dependencia;Colonia;Alcaldía;Sexo;Edad",
    "F-1;15/03/2024 09:05 a. m.;16/03/2024 10:00 p. m.;Atendida;Bache;Obras;Roma Norte;Cuauhtémoc;F;33",
    "F-2;01/03/2024 12:05 p. m.;;Pendiente;Luminaria;Alumbrado;Del Valle;Benito Juárez;M;41",
    "F-3;02/03/2024 01:05 p. m.;;Cancelada;Poda de árbol;Parques;Condesa;Cuauhtémoc;F;27",
)
PORTUGUESE = rows(
    "protocolo;data_abertura;data_encerramento;situacao;servico;orgao;bairro;canal;telefone",
    "202400001;2024-03-01 09:05:00;2024-03-02 08:00:00;Concluído;Buraco na via;SEINFRA;Centro;Aplicativo;",
    "202400002;2024-03-01 10:05:00;;Em andamento;Iluminação;SEINFRA;Boa Vista;Telefone;",
    "202400003;2024-03-03 10:05:00;2024-03-04 08:00:00;Indeferido;Poda;SEMAM;Centro;Telefone;",
)
ARCGIS = json.dumps(
    {
        "displayFieldName": "",
        "fields": [{"name": "OBJECTID", "type": "esriFieldTypeOID"}, {"name": "Status"}],
        "features": [
            {
                "attributes": {
                    "OBJECTID": n,
                    "RequestID": f"R{n}",
                    "RequestType": "Pothole" if n % 2 else "Street Light",
                    "Status": status,
                    "CreateDate": 1709280000000 + n * 3_600_000,
                    "CloseDate": 1709400000000 if status == "Completed" else None,
                },
                "geometry": {"x": -85.75 + n / 100, "y": 38.25},
            }
            for n, status in enumerate(("Completed", "In Progress", "New", "Completed"), 1)
        ],
    }
)
SOCRATA = json.dumps(
    {
        "meta": {
            "view": {
                "id": "abcd-1234",
                "columns": [
                    {"name": "sid", "fieldName": ":sid"},
                    {"name": "Case Number", "fieldName": "case_number"},
                    {"name": "Opened", "fieldName": "opened_date"},
                    {"name": "Status", "fieldName": "status"},
                    {"name": "Category", "fieldName": "category"},
                    {"name": "Location", "fieldName": "location"},
                ],
            }
        },
        "data": [
            ["row-1", "c1", "2024-03-01T09:05:00", "Closed", "Tree", "POINT (-122.4 37.7)"],
            ["row-2", "c2", "2024-03-02T09:05:00", "Open", "Graffiti", None],
            ["row-3", "c3", "2024-03-03T09:05:00", "Open"],
        ],
    }
)
CKAN = json.dumps(
    {
        "help": "…",
        "success": True,
        "result": {
            "fields": [{"id": "_id", "type": "int"}, {"id": "case_enquiry_id", "type": "text"}],
            "records": [
                {"_id": 1, "case_enquiry_id": "101", "open_dt": "2024-03-01 09:05:00", "closed_dt": None,
                 "case_status": "Open", "reason": "Street Cleaning", "latitude": "42.35", "longitude": "-71.06"},
                {"_id": 2, "case_enquiry_id": "102", "open_dt": "2024-03-02 09:05:00",
                 "closed_dt": "2024-03-03 08:00:00", "case_status": "Closed", "reason": "Trees",
                 "latitude": "42.36", "longitude": "-71.05"},
            ],
        },
    }
)  # fmt: skip
SEECLICKFIX = json.dumps(
    {
        "issues": [
            {
                "id": 900 + n, "status": status, "summary": "Pothole", "description": "by the school",
                "lat": 41.3 + n / 100, "lng": -72.9, "address": "1 Main St",
                "created_at": f"2024-03-0{n}T09:05:00-05:00", "closed_at": closed,
                "acknowledged_at": None, "request_type": {"id": 1, "title": "Potholes"},
                "reporter": {"id": 5, "name": "A Person"}, "comments": [{"id": 1, "comment": "ok"}],
            }
            for n, status, closed in (
                (1, "Open", None), (2, "Acknowledged", None), (3, "Closed", "2024-03-04T10:00:00-05:00"),
                (4, "Archived", "2024-03-05T10:00:00-05:00"),
            )
        ],
        "metadata": {"pagination": {"entries": 4, "page": 1}},
    }
)  # fmt: skip
GEOJSON = json.dumps(
    {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"case_id": f"w{n}", "open_date": "2024/03/14 10:05:00", "is_closed": n > 2, "issue_type": "Litter"},
                "geometry": {"type": "Point", "coordinates": [-97.1, 49.9 + n / 1000]} if n != 3 else None,
            }
            for n in range(1, 5)
        ],
    }
)  # fmt: skip
NDJSON = "\n".join(
    json.dumps({"request_id": n, "created": f"2024-03-1{n}T10:00:00Z", "status": "RESOLVED" if n < 3 else "PENDING", "type": "noise"})
    for n in range(5)
)  # fmt: skip
FIXMYSTREET = """<?xml version="1.0" encoding="utf-8"?>
<requests>
 <request><service_request_id>1</service_request_id><status>open</status><service_name>Potholes</service_name>
  <requested_datetime>2024-03-01T09:05:00+00:00</requested_datetime><updated_datetime>2024-03-01T09:05:00+00:00</updated_datetime>
  <lat>51.5</lat><long>-0.12</long><agency_responsible><recipient>Council</recipient></agency_responsible></request>
 <request><service_request_id>2</service_request_id><status>closed</status><service_name>Trees</service_name>
  <requested_datetime>2024-03-02T09:05:00+00:00</requested_datetime><updated_datetime>2024-03-05T09:05:00+00:00</updated_datetime>
  <lat>51.51</lat><long>-0.10</long></request>
</requests>
"""
#: a title, a blank line; a quote without its pair, whose line has its fields all the same; a line
#: with a field too many
MESSY = (
    "Service requests of Example City\n\n"
    "Request ID,Created,Closed,Status,Type,Notes\n"
    '1,2024-03-01,2024-03-02,Closed,Tree,"a note, with a comma"\n'
    '2,2024-03-02,,Open,12" pipe,\n'
    '3,2024-03-03,,Open,Sign,"two\nlines"\n'
    "4,2024-03-04,,Open,Sign,one,too many\n"
    '5,2024-03-05,,Open,"Sign,stray\n'
    "6,2024-03-06,2024-03-07,Completed,Sign,\n"
)
#: every day is at most the twelfth
AMBIGUOUS = rows(
    "Ticket ID,Date Opened,Status,Category",
    "1,03/04/2024,Open,Tree",
    "2,05/04/2024,Closed,Sign",
    "3,06/07/2024,Open,Sign",
)
STRANGE = rows(
    "Ticket ID,Date Opened,Status,Category", "1,2024-03-04,Frobnicated,Tree", "2,2024-04-05,Closed,Sign"
)  # fmt: skip
#: no header at all
BARE = rows(
    "1,2024-03-01 10:00:00,Open", "2,2024-03-02 10:00:00,Closed", "3,2024-03-03 10:00:00,Closed"
)
#: dates and times in two columns, states cut to five letters
KANSAS = rows(
    "Case ID,Source,Department,Work Group,Request Type,Category,Creation Date,Creation Time,"
    "Creation Month,Status,Closed Date,Days to Close,Neighborhood,County,Council District,"
    "Parcel ID No,Latitude,Longitude",
    "2024001,PHONE,Public Works,Street,Pothole,Street,03/14/2024,10:23 AM,3,RESOL,03/20/2024,6,Westport,Jackson,4,9,39.05,-94.59",
    "2024002,WEB,Water,Leaks,Leak,Water,03/15/2024,11:00 PM,3,ASSIG,,,Waldo,Jackson,6,9,38.99,-94.59",
    "2024003,PHONE,Parks,Trees,Tree,Trees,03/16/2024,08:00 AM,3,CANC,03/17/2024,1,Waldo,Jackson,6,9,,",
    "2024004,PHONE,Parks,Trees,Tree,Trees,03/16/2024,08:00 AM,3,DUP,03/17/2024,1,Waldo,Jackson,6,9,,",
)
TORONTO = rows(
    "Creation Date,Status,First 3 Chars of Postal Code,Intersection Street 1,Ward,Service Request Type,Division,Section",
    "2024-01-01 00:05:00,Completed,M5V,,Spadina-Fort York (10),Noise,Municipal Licensing,Bylaw",
    "2024-01-01 00:25:00,In-Progress,M4C,,Beaches-East York (19),Pothole,Transportation,Roads",
    "2024-01-01 00:45:00,Cancelled,M4C,,Beaches-East York (19),Pothole,Transportation,Roads",
    "2024-01-01 00:55:00,Unknown,M4C,,Beaches-East York (19),Pothole,Transportation,Roads",
)
MONTREAL = rows(
    "ID_UNIQUE,NATURE,ACTI_NOM,ARRONDISSEMENT,DDS_DATE_CREATION,PROVENANCE_ORIGINALE,UNITE_RESP_PARENT,LOC_LONG,LOC_LAT,LOC_X,LOC_Y,DERNIER_STATUT,DATE_DERNIER_STATUT",
    "1,Requete,Nid-de-poule,Verdun,2024-03-01T09:05:00,Téléphone,Verdun,-73.57,45.45,298000,5036000,Terminée,2024-03-03T09:05:00",
    "2,Requete,Arbre,Lachine,2024-03-01T10:05:00,Courriel,Lachine,-73.68,45.43,290000,5034000,Prise en charge,2024-03-03T09:05:00",
    "3,Requete,Arbre,Lachine,2024-03-01T10:05:00,Courriel,Lachine,,,,,Supprimée,2024-03-03T09:05:00",
)
FMS = rows(
    "Report ID,Title,Detail,User Name,Category,Created,Confirmed,Acknowledged,Action Scheduled,Fixed,Closed,Status,Latitude,Longitude,Ward,Easting,Northing,Report URL",
    "11,Hole,Deep,A Person,Potholes,2024-03-14T09:05:00,2024-03-14T09:06:00,,,2024-03-20T10:00:00,,Fixed - Council,51.50,-0.12,North,530000,180000,https://example.org/11",
    "12,Lamp,Out,B Person,Lights,2024-03-15T09:05:00,2024-03-15T09:06:00,,,,,Investigating,51.51,-0.10,South,531000,181000,https://example.org/12",
    "13,Lamp,Out,B Person,Lights,2024-03-15T09:05:00,2024-03-15T09:06:00,,,,2024-03-16T09:06:00,No further action,51.51,-0.10,South,531000,181000,https://example.org/13",
)
AUSTIN = rows(
    "Service Request (SR) Number,SR Description,Method Received,SR Status,Status Change Date,Created Date,Last Update Date,Close Date,SR Location,State Plane X Coordinate,State Plane Y Coordinate,Latitude Coordinate,Longitude Coordinate,(Latitude.Longitude),Council District",
    '24-01,Loose Dog,Phone,Closed,03/15/2024 10:00:00 AM,03/14/2024 09:00:00 AM,03/15/2024 10:00:00 AM,03/15/2024 10:00:00 AM,1 MAIN ST,3111000,10070000,30.26,-97.74,"(30.26, -97.74)",9',
    '24-02,Pothole,App,Duplicate (open),03/15/2024 10:00:00 AM,03/14/2024 09:10:00 AM,03/15/2024 10:00:00 AM,,2 MAIN ST,3111000,10070000,30.27,-97.75,"(30.27, -97.75)",9',
    "24-03,Pothole,App,Duplicate (closed),03/15/2024 10:00:00 AM,03/14/2024 09:20:00 AM,03/15/2024 10:00:00 AM,03/15/2024 10:00:00 AM,3 MAIN ST,,,,,,3",
)
MADRID = rows(
    "ID_AVISO;FECHA DE RECEPCION;HORA DE RECEPCION;SECCION;TIPO DE INCIDENCIA;DISTRITO;BARRIO;COORDENADA X;COORDENADA Y;CANAL",
    "1;21/03/2024;10:05;Limpieza;Contenedor lleno;CENTRO;SOL;440500,1;4474500,2;App",
    "2;22/03/2024;11:05;Alumbrado;Farola apagada;RETIRO;IBIZA;442500,1;4474000,2;Teléfono",
)
CHICAGO = rows(
    "SR_NUMBER,SR_TYPE,SR_SHORT_CODE,OWNER_DEPARTMENT,STATUS,CREATED_DATE,LAST_MODIFIED_DATE,CLOSED_DATE,STREET_ADDRESS,ZIP_CODE,DUPLICATE,PARENT_SR_NUMBER,COMMUNITY_AREA,WARD,POLICE_DISTRICT,CREATED_HOUR,X_COORDINATE,Y_COORDINATE,LATITUDE,LONGITUDE,LOCATION",
    'SR24-1,Pothole,PHF,CDOT,Completed,03/01/2024 10:00:00 AM,03/13/2024 01:00:00 PM,03/13/2024 01:00:00 PM,1 N STATE,60601,false,,32,42,1,10,1176000,1900000,41.88,-87.62,"(41.88, -87.62)"',
    'SR24-2,Graffiti,GRAF,Streets,Open,03/02/2024 10:00:00 AM,03/02/2024 10:00:00 AM,,2 N STATE,60601,false,,32,42,1,10,1176000,1900000,41.89,-87.63,"(41.89, -87.63)"',
    "SR24-3,Graffiti,GRAF,Streets,Canceled,03/02/2024 10:00:00 AM,03/02/2024 10:00:00 AM,03/02/2024 10:10:00 AM,2 N STATE,60601,true,SR24-2,32,42,1,10,,,,,",
)
#: semicolons, every cell in quotes, a delimiter too many at the end of each line
QUOTED = rows('"Ref";"Datum";"Status";"Kategorie";', '"1";"31.01.2024";"offen";"Müll; Sperrmüll";')


def excel() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["12345 工单导出"])
    sheet.append(["流水号", "登记时间", "截止时间", "办理状态", "问题类型", "承办单位", "乡镇街道"])
    from datetime import datetime

    for n in range(1, 7):
        sheet.append(
            [n, datetime(2024, 3, n, 9, 5), datetime(2024, 3, n + 7), "已办结" if n % 2 else "待办理",
             "噪音", "环保局", "穆家营子镇"]
        )  # fmt: skip
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def zipped(name: str, data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, data)
    return out.getvalue()


#: name → bytes; rows, events, open, closed, rejected, unknown, located, unreadable; questions
KINDS: dict[str, tuple[bytes, tuple[int, ...], int]] = {
    "chinese.csv": (CHINESE.encode("gbk"), (5, 4, 2, 1, 1, 0, 0, 0), 0),
    "chinese-utf16.txt": (CHINESE.replace(",", "\t").encode("utf-16"), (5, 4, 2, 1, 1, 0, 0, 0), 0),
    "big5.csv": (BIG5.encode("big5"), (3, 3, 2, 1, 0, 0, 0, 0), 0),
    "japanese.csv": (JAPANESE.encode("cp932"), (3, 3, 2, 1, 0, 0, 3, 0), 0),
    "korean.csv": (KOREAN.encode("cp949"), (3, 3, 1, 1, 1, 0, 0, 0), 0),
    "french.csv": (FRENCH.encode("utf-8-sig"), (4, 4, 2, 1, 1, 0, 3, 0), 0),
    "german.csv": (GERMAN.encode("cp1252"), (4, 4, 2, 1, 1, 0, 2, 0), 0),
    "swiss.csv": (SWISS.encode(), (3, 3, 2, 1, 0, 0, 3, 0), 0),
    "italian.csv": (ITALIAN.encode(), (3, 3, 2, 1, 0, 0, 2, 0), 0),
    "dutch.csv": (DUTCH.encode(), (2, 2, 1, 1, 0, 0, 2, 0), 0),
    "spanish.csv": (SPANISH.encode("latin-1"), (3, 3, 1, 1, 1, 0, 0, 0), 0),
    "portuguese.csv": (PORTUGUESE.encode(), (3, 3, 1, 1, 1, 0, 0, 0), 0),
    "arcgis.json": (ARCGIS.encode(), (4, 4, 2, 2, 0, 0, 4, 0), 0),
    "socrata.json": (SOCRATA.encode(), (3, 2, 1, 1, 0, 0, 1, 1), 0),
    "ckan.json": (CKAN.encode(), (2, 2, 1, 1, 0, 0, 2, 0), 0),
    "seeclickfix.json": (SEECLICKFIX.encode(), (4, 4, 2, 2, 0, 0, 4, 0), 0),
    "points.geojson": (GEOJSON.encode(), (4, 4, 2, 2, 0, 0, 3, 0), 0),
    "lines.ndjson": (NDJSON.encode(), (5, 5, 2, 3, 0, 0, 0, 0), 0),
    "fixmystreet.xml": (FIXMYSTREET.encode(), (2, 2, 1, 1, 0, 0, 2, 0), 0),
    "messy.csv": (MESSY.encode(), (6, 5, 3, 2, 0, 0, 0, 1), 0),
    "excel.xlsx": (excel(), (6, 6, 3, 3, 0, 0, 0, 0), 0),
    "packed.csv.gz": (gzip.compress(DUTCH.encode()), (2, 2, 1, 1, 0, 0, 2, 0), 0),
    "packed.zip": (zipped("data/french.csv", FRENCH.encode()), (4, 4, 2, 1, 1, 0, 3, 0), 0),
    "ambiguous.csv": (AMBIGUOUS.encode(), (3, 3, 2, 1, 0, 0, 0, 0), 1),
    "strange.csv": (STRANGE.encode(), (2, 2, 1, 1, 0, 0, 0, 0), 1),
    "kansas.csv": (KANSAS.encode(), (4, 4, 1, 2, 1, 0, 2, 0), 0),
    "toronto.csv": (TORONTO.encode(), (4, 4, 1, 1, 1, 1, 0, 0), 0),
    "montreal.csv": (MONTREAL.encode(), (3, 3, 1, 1, 1, 0, 2, 0), 0),
    "fms.csv": (FMS.encode(), (3, 3, 1, 2, 0, 0, 3, 0), 0),
    "austin.csv": (AUSTIN.encode(), (3, 3, 1, 2, 0, 0, 2, 0), 0),
    "madrid.csv": (MADRID.encode("cp1252"), (2, 2, 0, 0, 0, 2, 0, 0), 0),
    "chicago.csv": (CHICAGO.encode(), (3, 3, 1, 1, 1, 0, 2, 0), 0),
    "quoted.csv": (QUOTED.encode(), (1, 1, 1, 0, 0, 0, 0, 0), 0),
    "bare.csv": (BARE.encode(), (3, 3, 1, 2, 0, 0, 0, 0), 0),
}
